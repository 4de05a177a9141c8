#include "alerts/rules/unittest/run_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

constexpr const char* kRules = R"(
groups:
  - name: second
    rules: [{record: b, expr: a + 1}]
  - name: first
    labels: {team: t}
    rules:
      - {record: a, expr: x * 2}
      - alert: High
        expr: x > 5
        for: 2m
        annotations: {summary: "{{ $labels.i }}: {{ $value }} {{ $externalLabels.e }} {{ $externalURL }}"}
  - name: held
    on_missing: hold
    rules: [{alert: Held, expr: y > 0}]
)";

struct Case {
  std::string name;
  std::string test;
  std::string failures;  ///< What is printed between the first and the last line; empty: success.
  TestOptions options = {};
};

class RunFilesTest : public testing::TestWithParam<Case> {
 protected:
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("run_files_" + std::string(GetParam().name));

  void SetUp() override {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "rules.yml") << kRules;
    std::ofstream(folder_ / "test.yml") << GetParam().test;
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }
};

TEST_P(RunFilesTest, Prints) {
  std::string out;
  std::string err;
  const std::string path = (folder_ / "test.yml").string();
  const auto outcome = RunTestFiles({path},
                                    GetParam().options,
                                    testkit::ManualClock(),
                                    {.out = [&](std::string_view text) { out += text; },
                                     .err =
                                         [&](std::string_view text) {
                                           err += text;
                                         }});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  const bool good = GetParam().failures.empty();
  EXPECT_EQ(outcome->passed, good);
  EXPECT_EQ(err, good ? "" : "  FAILED:\n" + GetParam().failures);
  EXPECT_EQ(out.substr(0, out.find('\n')), "Unit Testing:  " + path);
  EXPECT_EQ(out.find("  SUCCESS\n") != std::string::npos, good);
}

const std::string kHead =
    "rule_files: [rul*.yml]\ngroup_eval_order: [first, second]\ntests:\n"
    "  - name: n\n    input_series:\n      - {series: 'x{i=\"1\"}', values: '1 6x4'}\n";

INSTANTIATE_TEST_SUITE_P(
    Table,
    RunFilesTest,
    testing::Values(
        Case{"GroupsInOrder",
             kHead + "    promql_expr_test:\n"
                     "      - {expr: b, eval_time: 1m, exp_samples: [{labels: 'b{i=\"1\", "
                     "team=\"t\"}', value: 13}]}\n",
             ""},
        Case{"AlertBetweenTwoEvaluations",
             kHead + "    external_labels: {e: f}\n    external_url: http://u\n"
                     "    alert_rule_test:\n"
                     "      - {eval_time: 2m59s, alertname: High}\n"
                     "      - eval_time: 3m30s\n        alertname: High\n        exp_alerts:\n"
                     "          - {exp_labels: {i: '1', team: t}, exp_annotations: {summary: '1: 6 "
                     "f http://u'}}\n",
             ""},
        Case{"AlertDiffers",
             kHead + "    alert_rule_test:\n"
                     "      - {eval_time: 1m, alertname: High, exp_alerts: [{exp_labels: {i: "
                     "'2'}}]}\n",
             "    name: n,\n    alertname: High, time: 1m, \n"
             "        exp:[\n            0:\n              Labels:{alertname=\"High\", i=\"2\"}\n"
             "              Annotations:{}\n            ], \n        got:[]\n"},
        Case{"SamplesDiffer",
             kHead + "    promql_expr_test:\n"
                     "      - {expr: x, eval_time: 0, exp_samples: [{labels: x, value: .nan}, "
                     "{labels: 'x{', value: 2}]}\n"
                     "      - {expr: sum(x), eval_time: 0, exp_samples: [{value: 2}]}\n",
             "    expr: \"x\", time: 0s, err: labels \"x{\": 1:3: parse error: unexpected end of "
             "input inside braces\n"
             "    expr: \"sum(x)\", time: 0s,\n        exp: {} 2E+00\n        got: {} 1E+00\n"},
        Case{"AlertnameMissing",
             "tests: [{name: n, alert_rule_test: [{eval_time: 1m}]}]",
             "an item under alert_rule_test misses required attribute alertname at eval_time 1m "
             "(in TestGroup n)\n"},
        Case{"OrderRepeated",
             "group_eval_order: [a, a]",
             "group name repeated in evaluation order: a\n"},
        Case{"RunLeavesOut",
             "tests: [{name: other, promql_expr_test: [{expr: '+'}]}]",
             "",
             {.run = {"na", "me"}, .load = {}}},
        Case{"Start",
             "tests: [{start_timestamp: '2024-01-01T00:00:00Z', promql_expr_test: [{expr: time(), "
             "eval_time: 1m, exp_samples: [{value: 1704067260}]}]}]",
             ""},
        Case{"HoldsWhereTheGroupSaysSo",
             "rule_files: [rules.yml]\ntests:\n  - input_series:\n"
             "      - {series: 'y{job=\"j\", instance=\"i\"}', values: '1 stale'}\n"
             "      - {series: 'up{job=\"j\", instance=\"i\"}', values: '1 0 1'}\n"
             "    promql_expr_test:\n"
             "      - {expr: count(ALERTS), eval_time: 1m, exp_samples: [{value: 1}]}\n"
             "      - {expr: count(ALERTS), eval_time: 2m, exp_samples: []}\n",
             ""}),
    [](const auto& row) { return row.param.name; });

TEST(RunTestFilesTest, NamesABadExpression) {
  const auto outcome = RunTestFiles({}, {.run = {"("}, .load = {}}, testkit::ManualClock(), {});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().message, "--run (: missing ): (");
}

}  // namespace
}  // namespace sidewatch::alerts::rules::unittest
