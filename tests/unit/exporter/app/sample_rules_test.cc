// The rules of a typical web application, as they stand, on the real store, engine and rule
// manager; only the time is the test's.
#include <map>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "alerts/rules/rule_manager.h"
#include "exporter/promql/engine.h"
#include "exporter/tsdb/head.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::app {
namespace {

using alerts::Alert;
using alerts::rules::AlertState;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Duration kInterval = seconds(15);

class SampleRulesTest : public testing::Test {
 protected:
  SampleRulesTest()
      : head_({}, clock_, nullptr),
        engine_({}, clock_),
        manager_(alerts::rules::GroupDeps{
                     .clock = clock_,
                     .log = {},
                     .query = [this](const alerts::rules::Query& query,
                                     TimePoint at) { return Ask(query, at); },
                     .notify =
                         [this](std::span<const Alert> alerts) {
                           sent_.insert(sent_.end(), alerts.begin(), alerts.end());
                         },
                     .appendable = head_,
                     .external_url = {},
                 },
                 {},
                 registry_) {
    config::Diagnostics diagnostics;
    manager_.Apply(
        alerts::rules::LoadRuleFile("tests/fixtures/rules/web_application.yml", {}, diagnostics));
    EXPECT_THAT(diagnostics.errors(), IsEmpty());
  }

  Result<std::vector<alerts::rules::RuleSample>> Ask(const alerts::rules::Query& query,
                                                     TimePoint at) {
    SW_TRY_ASSIGN(promql::QueryResult result, engine_.Instant(head_, {query.text, query.expr}, at));
    std::vector<alerts::rules::RuleSample> samples;
    for (promql::VectorSample& sample : std::get<promql::VectorValue>(result.value)) {
      samples.push_back({.labels = std::move(sample.labels), .value = sample.value});
    }
    return samples;
  }

  /// Goes on for `span`: each interval every series grows by its step (or is set to it), then rules
  /// are evaluated.
  void Play(Duration span, const std::map<std::string, double>& steps) {
    for (Duration passed{0}; passed < span; passed += kInterval) {
      clock_.Advance(kInterval);
      const auto appender = head_.NewAppender();
      for (const auto& [name, step] : steps) {
        const bool gauge = name.starts_with("pg_");
        values_[name] = gauge ? step : values_[name] + step;
        ASSERT_TRUE(appender->Append(LabelsOf(name), clock_.Now(), values_[name]).has_value());
      }
      ASSERT_TRUE(appender->Commit().has_value());
      manager_.Tick(clock_.Now());
    }
  }

  /// `name`, `name|label=value`.
  static LabelSet LabelsOf(const std::string& text) {
    const std::size_t bar = text.find('|');
    LabelSetBuilder labels;
    labels.Set(kMetricName, text.substr(0, bar)).Set("job", "app");
    if (bar != std::string::npos) {
      const std::size_t equal = text.find('=', bar);
      labels.Set(text.substr(bar + 1, equal - bar - 1), text.substr(equal + 1));
    }
    return labels.Build();
  }

  std::map<std::string, AlertState> States() const {
    std::map<std::string, AlertState> states;
    for (const auto& group : manager_.Groups()) {
      for (const auto& rule : group->rules) {
        states[rule.config.name] = rule.state;
      }
    }
    return states;
  }

  testkit::ManualClock clock_;
  tsdb::Head head_;
  promql::Engine engine_;
  prometheus::Registry registry_;
  std::vector<Alert> sent_;
  alerts::rules::RuleManager manager_;
  std::map<std::string, double> values_;
};

TEST_F(SampleRulesTest, ErrorRateFiresAfterItsFiveMinutesAndResolves) {
  const std::string errors = "http_requests_total|status=503";
  Play(minutes(6), {{errors, 0}, {"http_requests_total|status=200", 150}});
  EXPECT_EQ(States()["HighErrorRate"], AlertState::kInactive);
  Play(minutes(3), {{errors, 3}, {"http_requests_total|status=200", 150}});
  EXPECT_EQ(States()["HighErrorRate"], AlertState::kPending);
  EXPECT_THAT(sent_, IsEmpty());
  Play(minutes(5), {{errors, 3}, {"http_requests_total|status=200", 150}});
  EXPECT_EQ(States()["HighErrorRate"], AlertState::kFiring);
  ASSERT_FALSE(sent_.empty());
  EXPECT_EQ(sent_[0].labels,
            (LabelSet{{"alertname", "HighErrorRate"},
                      {"job", "app"},
                      {"severity", "critical"},
                      {"status", "503"}}));
  EXPECT_THAT(std::string(sent_[0].annotations.Get("description")),
              testing::StartsWith("Error rate is 0.1"));
  Play(minutes(6), {{errors, 0}, {"http_requests_total|status=200", 150}});
  EXPECT_EQ(States()["HighErrorRate"], AlertState::kInactive);
  EXPECT_TRUE(sent_.back().ResolvedAt(clock_.Now()));
}

TEST_F(SampleRulesTest, ResponseTimeIsTheQuantileOfItsBuckets) {
  const std::string bucket = "http_request_duration_seconds_bucket|le=";
  const std::map<std::string, double> slow = {
      {bucket + "1", 1}, {bucket + "2.5", 5}, {bucket + "5", 30}, {bucket + "+Inf", 30}};
  Play(minutes(12), slow);
  EXPECT_EQ(States()["HighResponseTime"], AlertState::kFiring);
  EXPECT_EQ(sent_[0].annotations.Get("description"), "95th percentile response time is 4.85s");
}

TEST_F(SampleRulesTest, ConnectionsAreHighForTwoMinutes) {
  Play(minutes(1), {{"pg_stat_activity_count|datname=shop", 80}});
  EXPECT_EQ(States()["DatabaseConnectionsHigh"], AlertState::kInactive);
  Play(minutes(2), {{"pg_stat_activity_count|datname=shop", 93}});
  EXPECT_EQ(States()["DatabaseConnectionsHigh"], AlertState::kPending);
  Play(minutes(1), {{"pg_stat_activity_count|datname=shop", 93}});
  EXPECT_EQ(States()["DatabaseConnectionsHigh"], AlertState::kFiring);
  EXPECT_EQ(sent_[0].annotations.Get("summary"), "shop on  has 93 connections");
}

}  // namespace
}  // namespace sidewatch::app
