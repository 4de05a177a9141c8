#include "alerts/rules/alerting_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/alerts/rules/rule_fixture.h"

namespace sidewatch::alerts::rules {
namespace {

/// One evaluation of a rule on one series, and the state after it.
struct Step {
  int second;
  bool holds;        ///< Whether the condition holds.
  std::string want;  ///< `none` or a state.
  int sent = 0;      ///< Alerts handed over.
};

struct Case {
  std::string name;
  std::string rule;
  std::vector<Step> steps;
};

class AlertStateTest : public testing::TestWithParam<Case> {};

std::string StateText(const AlertingRule::AlertMap& alerts) {
  return alerts.empty() ? "none" : std::string(AlertStateName(alerts.begin()->second.state));
}

const LabelSet kExternalLabels = {{"cluster", "eu"}};

TEST_P(AlertStateTest, Steps) {
  World world;
  const GroupDeps deps = world.Deps();
  AlertingRule rule(
      Groups("groups: [{name: g, rules: [{alert: A, expr: up == 0" + GetParam().rule + "}]}]")[0]
          .rules[0]);
  for (const Step& step : GetParam().steps) {
    world.answers["up == 0"] = step.holds ? Up({"a"}) : std::vector<RuleSample>();
    const EvaluationContext context{.at = At(step.second),
                                    .query = deps.query,
                                    .external_labels = kExternalLabels,
                                    .external_url = deps.external_url};
    ASSERT_TRUE(rule.Evaluate(context).has_value());
    EXPECT_EQ(StateText(rule.alerts()), step.want) << "at " << step.second << " s";
    const auto sent = rule.TakeDue(At(step.second), {.interval = std::chrono::seconds(15)}, "");
    EXPECT_EQ(sent.size(), static_cast<std::size_t>(step.sent)) << "at " << step.second << " s";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    AlertStateTest,
    testing::Values(
        Case{"FiresAtOnce", "", {{0, true, "firing", 1}, {15, true, "firing"}}},
        Case{"ResendsAfterAMinute",
             "",
             {{0, true, "firing", 1}, {60, true, "firing"}, {61, true, "firing", 1}}},
        Case{"WaitsFor",
             ", for: 30s",
             {{0, true, "pending"}, {15, true, "pending"}, {30, true, "firing", 1}}},
        Case{"PendingIsForgotten", ", for: 30s", {{0, true, "pending"}, {15, false, "none"}}},
        Case{"PendingBeginsAnew",
             ", for: 30s",
             {{0, true, "pending"},
              {15, false, "none"},
              {30, true, "pending"},
              {45, true, "pending"}}},
        Case{"ResolvedIsResentAndForgotten",
             "",
             {{0, true, "firing", 1},
              {15, false, "inactive", 1},
              {30, false, "inactive"},
              {76, false, "inactive", 1},
              {915, false, "inactive", 1},
              {916, false, "none"}}},
        Case{"ResolvedFiresAgain",
             ", for: 10s",
             {{0, true, "pending"},
              {10, true, "firing", 1},
              {20, false, "inactive", 1},
              {30, true, "pending"},
              {40, true, "firing", 1}}},
        Case{"KeepsFiring",
             ", keep_firing_for: 30s",
             {{0, true, "firing", 1},
              {15, false, "firing"},
              {30, false, "firing"},
              {45, false, "inactive", 1}}},
        Case{"KeepsFiringAnew",
             ", keep_firing_for: 30s",
             {{0, true, "firing", 1},
              {15, false, "firing"},
              {30, true, "firing"},
              {45, false, "firing"},
              {60, false, "firing"},
              {75, false, "inactive", 1}}}),
    [](const auto& row) { return row.param.name; });

class AlertingRuleTest : public testing::Test {
 protected:
  Result<std::vector<RuleSample>> Evaluate(AlertingRule& rule, int limit = 0) {
    return rule.Evaluate({.at = At(0),
                          .limit = limit,
                          .query = deps_.query,
                          .external_labels = kExternalLabels,
                          .external_url = deps_.external_url});
  }

  World world_;
  GroupDeps deps_ = world_.Deps();
};

constexpr std::string_view kRich = R"(
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        labels: {severity: page, who: "{{ $labels.instance }}", empty: "{{ $labels.none }}"}
        annotations:
          summary: '{{ $labels.instance }} in {{ $externalLabels.cluster }} has {{ $value }}'
          others: '{{ with query "others" }}{{ . | first | value }}{{ end }}'
          broken: '{{ if gt $value 1 }}{{ end }}'
          nothing: '{{ $labels.none }}'
)";

TEST_F(AlertingRuleTest, ExpandsLabelsAndAnnotations) {
  AlertingRule rule(Groups(kRich)[0].rules[0]);
  world_.answers["up == 0"] = Up({"a"});
  world_.answers["others"] = {{LabelSet{}, 7}};
  ASSERT_TRUE(Evaluate(rule).has_value());
  const std::vector<Alert> sent =
      rule.TakeDue(At(0), {.interval = std::chrono::minutes(2)}, "http://sw");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].labels.ToString(),
            R"({alertname="Down", instance="a", severity="page", who="a"})");
  EXPECT_EQ(sent[0].annotations.Get("summary"), "a in eu has 0");
  EXPECT_EQ(sent[0].annotations.Get("others"), "7");
  EXPECT_TRUE(sent[0].annotations.Has("nothing")) << "unlike a label, an annotation may be empty";
  EXPECT_THAT(
      std::string(sent[0].annotations.Get("broken")),
      testing::AllOf(testing::StartsWith("<error expanding template: error executing "
                                         "template __alert_Down: template: __alert_Down:1:"),
                     testing::EndsWith("float64 and int>")));
  EXPECT_EQ(sent[0].starts_at, At(0));
  EXPECT_EQ(sent[0].ends_at, At(480)) << "four times the interval";
  EXPECT_EQ(sent[0].generator_url, "http://sw/graph?g0.expr=up+%3D%3D+0&g0.tab=1");
}

TEST_F(AlertingRuleTest, ExpandsAgainAfterNothingWasSeen) {
  AlertingRule rule(Groups(kRich)[0].rules[0]);
  for (const char* const instance : {"a", "", "b"}) {
    world_.answers["up == 0"] = Up({instance});
    if (std::string_view(instance).empty()) {
      world_.answers["up == 0"].clear();
    }
    ASSERT_TRUE(Evaluate(rule).has_value());
  }
  std::vector<std::string> summaries;
  for (const auto& [labels, alert] : rule.alerts()) {
    summaries.emplace_back(alert.annotations.Get("summary"));
  }
  EXPECT_THAT(summaries, testing::UnorderedElementsAre("a in eu has 0", "b in eu has 0"));
}

TEST_F(AlertingRuleTest, WritesAlertsSeries) {
  AlertingRule rule(
      Groups("groups: [{name: g, rules: [{alert: A, expr: up == 0, for: 1m}]}]")[0].rules[0]);
  world_.answers["up == 0"] = Up({"a"});
  const auto series = Evaluate(rule);
  ASSERT_TRUE(series.has_value());
  ASSERT_EQ(series->size(), 2U);
  EXPECT_EQ((*series)[0].labels.ToString(),
            R"(ALERTS{alertname="A", alertstate="pending", instance="a"})");
  EXPECT_EQ((*series)[0].value, 1);
  EXPECT_EQ((*series)[1].labels.ToString(), R"(ALERTS_FOR_STATE{alertname="A", instance="a"})");
  EXPECT_EQ((*series)[1].value, 1'700'000'000);
}

TEST_F(AlertingRuleTest, RefusesEqualAlerts) {
  AlertingRule rule(
      Groups("groups: [{name: g, rules: [{alert: A, expr: up == 0, labels: {instance: x}}]}]")[0]
          .rules[0]);
  world_.answers["up == 0"] = Up({"a", "b"});
  const auto series = Evaluate(rule);
  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().message,
            "vector contains metrics with the same labelset after applying alert labels");
  EXPECT_TRUE(rule.alerts().empty());
}

TEST_F(AlertingRuleTest, TooManyAlertsChangeNothing) {
  AlertingRule rule(Groups("groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]")[0].rules[0]);
  world_.answers["up == 0"] = Up({"a"});
  ASSERT_TRUE(Evaluate(rule, 1).has_value());
  world_.answers["up == 0"] = Up({"b", "c"});
  const auto series = Evaluate(rule, 1);
  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().message, "exceeded limit of 1 with 2 alerts");
  ASSERT_EQ(rule.alerts().size(), 1U);
  EXPECT_EQ(rule.alerts().begin()->second.state, AlertState::kFiring);
}

}  // namespace
}  // namespace sidewatch::alerts::rules
