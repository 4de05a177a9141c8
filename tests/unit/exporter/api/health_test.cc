#include "exporter/api/health.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exporter/api/health_checks.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::api {
namespace {

using Json = nlohmann::json;
using scrape::Snapshot;
using scrape::TargetStatus;

const TimePoint kAt = FromUnixMillis(1'700'000'000'000);

TargetStatus Target(std::string kind, std::string name, std::optional<Error> error = {}) {
  TargetStatus status;
  status.config.kind = kind;
  status.config.name = std::move(name);
  status.config.job = kind + "-job";
  Snapshot snapshot;
  snapshot.at = kAt;
  snapshot.since = kAt - std::chrono::minutes(5);
  snapshot.error = std::move(error);
  status.last = std::make_shared<const Snapshot>(std::move(snapshot));
  return status;
}

TargetStatus NotTried(std::string kind) {
  TargetStatus status = Target(std::move(kind), "new");
  status.last = nullptr;
  return status;
}

Error Refused() {
  return {ErrorCode::kUnavailable, "connection refused"};
}

MetricFamily Family(std::string name, LabelSet labels, double value) {
  LabelSetBuilder builder(labels);
  builder.Set(kMetricName, name);
  MetricFamily family;
  family.samples.push_back({.labels = builder.Build(), .value = value});
  family.name = std::move(name);
  return family;
}

TargetStatus Host(double free_percent, double memory_percent, std::string fstype = "ext4") {
  TargetStatus status = Target("host", "host");
  Snapshot snapshot;
  snapshot.at = kAt;
  const LabelSet disk = {{"fstype", fstype}, {"mountpoint", "/data"}};
  snapshot.families = {Family("node_filesystem_avail_bytes", disk, free_percent),
                       Family("node_filesystem_readonly", disk, 0),
                       Family("node_filesystem_size_bytes", disk, 100),
                       Family("node_memory_MemAvailable_bytes", {}, memory_percent),
                       Family("node_memory_MemTotal_bytes", {}, 100)};
  status.last = std::make_shared<const Snapshot>(std::move(snapshot));
  return status;
}

TargetStatus Outbox(double waiting, double failed) {
  TargetStatus status = Target("self", "self");
  Snapshot snapshot;
  const LabelSet receiver = {{"integration", "slack"}, {"receiver", "ops"}};
  snapshot.families = {Family("sidewatch_notifications_failed_total", receiver, failed),
                       Family("sidewatch_outbox_pending", receiver, waiting)};
  status.last = std::make_shared<const Snapshot>(std::move(snapshot));
  return status;
}

HealthRules Firing(std::string severity, std::string job = {}) {
  return {.rules = 3,
          .pending = 0,
          .firing = {{.name = "Bad",
                      .severity = std::move(severity),
                      .job = std::move(job),
                      .summary = "it is bad",
                      .since = kAt}},
          .broken = {}};
}

struct Case {
  std::string name;
  HealthView view;
  std::string check;
  std::string want;  ///< Status and message; empty: the check is left out.
};

class HealthCheckTest : public testing::TestWithParam<Case> {};

TEST_P(HealthCheckTest, Finds) {
  const Case& c = GetParam();
  std::string got;
  for (const CheckResult& check : RunChecks(c.view)) {
    if (check.name == c.check) {
      got = std::string(HealthName(check.status)) + ": " + check.message;
    }
  }
  EXPECT_EQ(got, c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HealthCheckTest,
    testing::Values(
        Case{"NothingToLookAt", {}, "database", ""},
        Case{"NoHostNoDisk", {}, "disk_space", ""},
        Case{"Up", {.targets = {Target("redis", "a")}}, "redis", "healthy: 1 of 1 up"},
        Case{"NotTried", {.targets = {NotTried("redis")}}, "redis", "degraded: not tried yet"},
        Case{"SomeDown",
             {.targets = {Target("postgres", "a"), Target("postgres", "b", Refused())}},
             "database",
             "degraded: b: connection refused"},
        Case{"AllDown",
             {.targets = {Target("postgres", "a", Refused())}},
             "database",
             "unhealthy: a: connection refused"},
        Case{"ManyDown",
             {.targets = {Target("redis", "a", Refused()),
                          Target("redis", "b", Refused()),
                          Target("redis", "c", Refused()),
                          Target("redis", "d", Refused())}},
             "redis",
             "unhealthy: a: connection refused; b: connection refused; c: connection refused; and "
             "1 more"},
        Case{"AlertOfItsJob",
             {.targets = {Target("postgres", "a")}, .rules = Firing("warning", "postgres-job")},
             "database",
             "degraded: Bad: it is bad"},
        Case{"CriticalAlertOfItsJob",
             {.targets = {Target("postgres", "a")}, .rules = Firing("critical", "postgres-job")},
             "database",
             "unhealthy: Bad: it is bad"},
        Case{"AlertOfAnotherJob",
             {.targets = {Target("postgres", "a")}, .rules = Firing("critical", "redis-job")},
             "database",
             "healthy: 1 of 1 up"},
        Case{"AlertWithoutJob",
             {.targets = {}, .rules = Firing("warning")},
             "alerts",
             "degraded: Bad: it is bad"},
        Case{"WatchdogIsNoNews",
             {.targets = {}, .rules = Firing("none")},
             "alerts",
             "healthy: no alert is firing"},
        Case{"BrokenRule",
             {.targets = {}, .rules = {.rules = 2, .broken = {"Bad: many-to-many"}}},
             "rules",
             "degraded: Bad: many-to-many"},
        Case{"DiskIsFine",
             {.targets = {Host(43, 50)}},
             "disk_space",
             "healthy: /data has 43.0 % free"},
        Case{"DiskIsShort",
             {.targets = {Host(7, 50)}},
             "disk_space",
             "degraded: /data has 7.0 % free"},
        Case{"DiskIsFull",
             {.targets = {Host(1, 50)}},
             "disk_space",
             "unhealthy: /data has 1.0 % free"},
        Case{"ImagesAreAlwaysFull", {.targets = {Host(0, 50, "squashfs")}}, "disk_space", ""},
        Case{"MemoryIsShort", {.targets = {Host(43, 9)}}, "memory", "degraded: 9.0 % is available"},
        Case{"Durable", {}, "storage", "healthy: samples are durable"},
        Case{"NotDurable",
             {.storage_error = "disk full"},
             "storage",
             "degraded: samples are in memory only: disk full"},
        Case{"NewlyWaiting",
             {.targets = {Outbox(1, 0)}},
             "notifications",
             "healthy: nothing waits for a receiver that refuses"},
        Case{"ReceiverRefuses",
             {.targets = {Outbox(2, 5)}},
             "notifications",
             "degraded: 2 wait for a receiver that refuses"}),
    [](const auto& row) { return row.param.name; });

class HealthPageTest : public testing::Test {
 protected:
  Json Get(const std::string& path, int want_status) {
    net::Router router;
    RegisterHealth(router,
                   {.clock = clock_,
                    .version = "1.2.3",
                    .started_at = clock_.Now() - std::chrono::seconds(90),
                    .ready = [this] { return ready_; },
                    .targets = [this] { return targets_; },
                    .rules = [this] { return rules_; },
                    .storage_error = [] { return std::string(); },
                    .numbers =
                        [] {
                          return std::vector<std::pair<std::string, double>>{{"series", 7}};
                        }});
    net::HttpRequest request{.method = "GET", .path = path};
    const net::Router::Found found = router.Find(request);
    if (found.handler == nullptr) {
      ADD_FAILURE() << path;
      return {};
    }
    const net::HttpResponse response = (*found.handler)(request);
    EXPECT_EQ(response.status, want_status) << response.body;
    return Json::parse(response.body);
  }

  testkit::ManualClock clock_{kAt};
  bool ready_ = true;
  std::vector<TargetStatus> targets_ = {Target("postgres", "main")};
  HealthRules rules_;
};

TEST_F(HealthPageTest, HealthyIs200WithVersionTimeChecksAndMetrics) {
  const Json page = Get("/health", 200);
  EXPECT_EQ(page["status"], "healthy");
  EXPECT_EQ(page["version"], "1.2.3");
  EXPECT_EQ(page["timestamp"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(page["checks"]["database"]["status"], "healthy");
  EXPECT_EQ(page["checks"]["database"]["last_run"], "2023-11-14T22:13:20.000Z");
  EXPECT_FALSE(page["checks"].contains("redis"));
  EXPECT_EQ(page["metrics"]["uptime_seconds"], 90);
  EXPECT_EQ(page["metrics"]["targets_up"], 1);
  EXPECT_EQ(page["metrics"]["series"], 7);
  EXPECT_FALSE(page.contains("targets"));
}

TEST_F(HealthPageTest, UnhealthyIs503AndSaysSinceWhen) {
  targets_ = {Target("postgres", "main", Refused())};
  const Json page = Get("/health", 503);
  EXPECT_EQ(page["status"], "unhealthy");
  EXPECT_EQ(page["checks"]["database"]["since"], "2023-11-14T22:08:20.000Z");
}

TEST_F(HealthPageTest, DegradedIs200) {
  rules_ = Firing("warning");
  EXPECT_EQ(Get("/health", 200)["status"], "degraded");
}

TEST_F(HealthPageTest, DetailedListsTargetsAndAlerts) {
  targets_ = {Target("postgres", "main", Refused())};
  rules_ = Firing("critical", "postgres-job");
  const Json page = Get("/health/detailed", 503);
  EXPECT_EQ(page["targets"][0]["state"], "down");
  EXPECT_EQ(page["targets"][0]["error"], "connection refused");
  EXPECT_EQ(page["alerts"][0]["name"], "Bad");
  EXPECT_EQ(page["checks"]["database"]["message"], "main: connection refused; Bad: it is bad");
}

TEST_F(HealthPageTest, LiveReadyAndStartupAreTheProgramsOwn) {
  targets_ = {Target("postgres", "main", Refused())};
  EXPECT_EQ(Get("/health/live", 200)["status"], "healthy");
  EXPECT_EQ(Get("/health/ready", 200)["status"], "healthy");
  EXPECT_EQ(Get("/health/startup", 200)["status"], "healthy");
  ready_ = false;
  EXPECT_EQ(Get("/health/ready", 503)["status"], "unhealthy");
  targets_.push_back(NotTried("redis"));
  EXPECT_EQ(Get("/health/startup", 503)["message"], "not tried yet: redis/new");
  EXPECT_EQ(Get("/health/live", 200)["status"], "healthy");
}

}  // namespace
}  // namespace sidewatch::api
