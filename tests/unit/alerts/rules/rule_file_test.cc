#include "alerts/rules/rule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/alerts/rules/rule_fixture.h"

namespace sidewatch::alerts::rules {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(RuleFileTest, ReadsAllKeys) {
  const auto groups = Groups(R"(
groups:
  - name: g
    interval: 30s
    query_offset: 1m
    limit: 5
    labels: {team: db, tier: "1"}
    rules:
      - alert: A
        expr: up == 0
        for: 5m
        keep_firing_for: 10m
        labels: {tier: "2"}
        annotations: {summary: s, number: 5}
      - record: a:b
        expr: sum(up)
)");
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].Key(), "r.yml;g");
  EXPECT_EQ(groups[0].interval, std::chrono::seconds(30));
  EXPECT_EQ(groups[0].query_offset, std::chrono::minutes(1));
  EXPECT_EQ(groups[0].limit, 5);
  ASSERT_EQ(groups[0].rules.size(), 2U);
  const RuleConfig& alert = groups[0].rules[0];
  EXPECT_EQ(alert.kind, RuleKind::kAlerting);
  EXPECT_EQ(alert.hold, std::chrono::minutes(5));
  EXPECT_EQ(alert.keep_firing, std::chrono::minutes(10));
  EXPECT_THAT(alert.labels, ElementsAre(Pair("team", "db"), Pair("tier", "2")));
  EXPECT_THAT(alert.annotations, ElementsAre(Pair("number", "5"), Pair("summary", "s")));
  EXPECT_EQ(groups[0].rules[1].kind, RuleKind::kRecording);
  EXPECT_EQ(groups[0].rules[1].name, "a:b");
}

TEST(RuleFileTest, TakesNothingForNotSet) {
  const auto groups = Groups(R"(
groups:
  -
  - name: g
    interval:
    query_offset: ~
    limit:
    labels:
    rules:
      -
      - {alert: A, expr: up, for: , keep_firing_for: null, labels: , annotations: }
  - {name: h, limit: -1, rules: }
)");
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].limit, 0);
  ASSERT_EQ(groups[0].rules.size(), 1U);
  EXPECT_EQ(groups[0].rules[0].hold, Duration(0));
  EXPECT_EQ(groups[1].limit, 0);
}

struct Case {
  std::string name;
  std::string text;
  std::vector<std::string> want;
};

class RuleFileErrorTest : public testing::TestWithParam<Case> {};

TEST_P(RuleFileErrorTest, Says) {
  config::Diagnostics diagnostics;
  ParseRuleFile(GetParam().text, "r.yml", {}, diagnostics);
  const std::vector<std::string> got(diagnostics.errors().begin(), diagnostics.errors().end());
  EXPECT_EQ(got, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RuleFileErrorTest,
    testing::Values(
        Case{"Empty", "", {}},
        Case{"AllErrorsOfAFile",
             "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up ==\n  - record: b\n"
             "    expr: up\n    for: 1m\n",
             {"r.yml: 5:11: group \"g\", rule 1, \"A\": could not parse expression: 1:6: parse "
              "error: unexpected end of input",
              "r.yml: 6:13: group \"g\", rule 2, \"b\": invalid field 'for' in recording rule"}},
        Case{"BothKinds",
             "groups:\n- name: g\n  rules:\n  - alert: A\n    record: b\n    expr: up\n",
             {"r.yml: 5:13: 4:12: group \"g\", rule 1, \"A\": only one of 'record' and 'alert' "
              "must be set"}},
        Case{"Template",
             "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    annotations: {s: '{{ "
             "$x }}'}\n",
             {"r.yml: group \"g\", rule 1, \"A\": annotation \"s\": template: __alert_A:1: "
              "undefined variable \"$x\""}},
        Case{"UnknownKey",
             "groups:\n- name: g\n  rule: []\n",
             {"r.yml: 3:3: field rule not found in type rulefmt.RuleGroup"}},
        Case{"GroupNames",
             "groups:\n- rules: []\n- name: g\n- name: g\n",
             {"r.yml: 2:3: Groupname must not be empty",
              "r.yml: 4:9: groupname: \"g\" is repeated in the same file"}},
        Case{"EmptyDurations",
             "groups:\n- name: g\n  interval: ''\n  rules:\n  - alert: A\n    expr: up\n"
             "    for: \"\"\n",
             {"r.yml: 3:13: empty duration string", "r.yml: 7:10: empty duration string"}},
        Case{"Shape",
             "groups:\n- name: g\n  interval: often\n  limit: few\n  rules: 5\n",
             {"r.yml: 3:13: not a valid duration string: \"often\"",
              "r.yml: 4:10: expected a number of alerts or samples, got \"few\"",
              "r.yml: 5:10: expected a list of rules, got \"5\""}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts::rules
