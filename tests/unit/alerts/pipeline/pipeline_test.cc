#include "alerts/pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "alerts/pipeline/mute_stage.h"
#include "alerts/pipeline/time_stage.h"
#include "exporter/state/database.h"
#include "tests/testkit/alert_maker.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/recording_receiver.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::MakeAlert;

class NameMuter final : public Muter {
 public:
  std::string_view reason() const override { return "silenced"; }

  std::vector<std::string> MutedBy(const Alert& alert, TimePoint /*now*/) const override {
    return alert.labels.Get("name") == muted ? std::vector<std::string>{"s1"}
                                             : std::vector<std::string>();
  }

  std::string muted;
};

class PipelineTest : public testing::Test {
 protected:
  static TimeIntervals Intervals() {
    config::Diagnostics diagnostics;
    return TimeIntervals::Read(
        testkit::Yaml("[{name: always, time_intervals: [{}]}, {name: never, time_intervals: []}]",
                      diagnostics),
        config::Node(),
        diagnostics);
  }

  std::vector<IntegrationConfig> Integrations() {
    std::vector<IntegrationConfig> configs;
    for (const char* receiver : {"ops", "dev"}) {
      IntegrationConfig config;
      config.name = std::string(receiver) + "/test[0]";
      config.receiver = receiver;
      config.kind = "test";
      config.sender = std::make_unique<testkit::RecordingReceiver>(recording_);
      configs.push_back(std::move(config));
    }
    return configs;
  }

  GroupFlush Flush(const std::vector<std::string>& names) const {
    GroupFlush flush;
    flush.group_key = "{}:{}";
    flush.receiver = "ops";
    flush.at = clock_.Now();
    flush.repeat_interval = 1h;
    for (const std::string& name : names) {
      flush.alerts.push_back(MakeAlert({{"name", name}}));
    }
    return flush;
  }

  std::vector<Ledger::Waiting> Waiting() { return pipeline_.TakePending(); }

  double Suppressed(const std::string& reason) {
    for (const auto& family : registry_.Collect()) {
      for (const auto& metric : family.metric) {
        if (family.name == "sidewatch_notifications_suppressed_total" &&
            metric.label.at(0).value == reason) {
          return metric.counter.value;
        }
      }
    }
    return 0;
  }

  testkit::ManualClock clock_;
  std::unique_ptr<state::Database> database_ = *state::Database::OpenInMemory();
  std::shared_ptr<testkit::Recording> recording_ = std::make_shared<testkit::Recording>();
  prometheus::Registry registry_;
  PipelineMetrics metrics_{registry_};
  Ledger ledger_{*database_, Logger()};
  NameMuter muter_;
  TimeIntervals intervals_ = Intervals();
  MuteStage mute_stage_{muter_, metrics_};
  TimeStage time_stage_{intervals_, metrics_};
  Pipeline pipeline_{
      {&mute_stage_, &time_stage_},
      Integrations(),
      {.clock = clock_, .ledger = ledger_, .metrics = metrics_, .log = Logger(), .jitter = [] {
         return 0.0;
       }}};
};

TEST_F(PipelineTest, OnlyTheReceiversIntegrationsHear) {
  pipeline_.Flush(Flush({"a"}));
  const auto waiting = Waiting();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].integration, "ops/test[0]");
}

TEST_F(PipelineTest, MutedAlertsAreLeftOutAndCounted) {
  muter_.muted = "b";
  pipeline_.Flush(Flush({"a", "b"}));
  const auto waiting = Waiting();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].notification.alerts.size(), 1U);
  EXPECT_EQ(Suppressed("silenced"), 1);
}

TEST_F(PipelineTest, NothingIsToldWhenAllAreMuted) {
  muter_.muted = "a";
  EXPECT_EQ(pipeline_.Flush(Flush({"a"})), FlushResult::kSettled);
  EXPECT_TRUE(Waiting().empty());
}

TEST_F(PipelineTest, ARefusalIsToldByAllOthers) {
  GroupFlush flush = Flush({"a"});
  flush.alerts.push_back(MakeAlert({{"alertname", "NotificationRefused"},
                                    {"integration", "ops/test[0]"},
                                    {"name", "r"},
                                    {"receiver", "ops"}}));
  pipeline_.Flush(flush);
  std::map<std::string, std::vector<std::string>> told;
  for (const Ledger::Waiting& waiting : Waiting()) {
    for (const Alert& alert : waiting.notification.alerts) {
      told[waiting.integration].push_back(
          alert.name().empty() ? std::string(alert.labels.Get("name")) : std::string(alert.name()));
    }
  }
  EXPECT_THAT(told,
              testing::UnorderedElementsAre(
                  testing::Pair("ops/test[0]", testing::ElementsAre("a")),
                  testing::Pair("dev/test[0]", testing::ElementsAre("NotificationRefused"))));
}

TEST_F(PipelineTest, ARefusalGoesWhereTheRouteLeads) {
  GroupFlush flush = Flush({});
  flush.alerts.push_back(MakeAlert({{"alertname", "NotificationRefused"},
                                    {"integration", "dev/test[0]"},
                                    {"name", "r"},
                                    {"receiver", "dev"}}));
  pipeline_.Flush(flush);
  const auto waiting = Waiting();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].integration, "ops/test[0]");
}

struct TimeCase {
  std::string name;
  std::vector<std::string> mute;
  std::vector<std::string> active;
  bool told = false;
};

class PipelineTimeTest : public PipelineTest, public testing::WithParamInterface<TimeCase> {};

TEST_P(PipelineTimeTest, TimesOfTheRouteHold) {
  GroupFlush flush = Flush({"a"});
  flush.mute_time_intervals = GetParam().mute;
  flush.active_time_intervals = GetParam().active;
  pipeline_.Flush(flush);
  EXPECT_EQ(Waiting().size(), GetParam().told ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         PipelineTimeTest,
                         testing::Values(TimeCase{"None", {}, {}, true},
                                         TimeCase{"Muted", {"never", "always"}, {}, false},
                                         TimeCase{"NotMuted", {"never"}, {}, true},
                                         TimeCase{"Active", {}, {"never", "always"}, true},
                                         TimeCase{"Inactive", {}, {"never"}, false}),
                         [](const auto& row) { return row.param.name; });

TEST_F(PipelineTest, WhatWaitsForAReceiverThatIsGoneIsGivenUp) {
  pipeline_.Flush(Flush({"a"}));
  std::vector<Ledger::Waiting> waiting = Waiting();
  waiting[0].integration = "gone/test[0]";
  pipeline_.Resume(std::move(waiting));
  EXPECT_TRUE(Waiting().empty());
  EXPECT_TRUE(state::Outbox(*database_).LoadAll()->empty());
}

TEST_F(PipelineTest, ThreadsDeliver) {
  Waker done;
  recording_->during = [&] {
    done.Wake();
  };
  pipeline_.Start();
  pipeline_.Flush(Flush({"a"}));
  done.WaitUntil({}, std::chrono::steady_clock::now() + 10s);
  pipeline_.Stop();
  EXPECT_EQ(recording_->Taken().size(), 1U);
  EXPECT_TRUE(Waiting().empty());
}

}  // namespace
}  // namespace sidewatch::alerts
