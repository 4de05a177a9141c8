#include "alerts/rules/unittest/check_files.h"

#include <gtest/gtest.h>

namespace sidewatch::alerts::rules::unittest {
namespace {

struct Case {
  std::string name;
  std::string text;
  bool duplicate_rules;
  bool errors;
  bool lint;
  std::string printed;  ///< After `Checking standard input`.
};

class CheckTest : public testing::TestWithParam<Case> {};

TEST_P(CheckTest, Prints) {
  std::string printed;
  const auto print = [&](std::string_view text) {
    printed += text;
  };
  const CheckOutcome outcome =
      CheckRuleText(GetParam().text,
                    "r.yml",
                    {.load = {}, .duplicate_rules = GetParam().duplicate_rules},
                    {.out = print, .err = print});
  EXPECT_EQ(printed, "Checking standard input\n" + GetParam().printed);
  EXPECT_EQ(outcome.errors, GetParam().errors);
  EXPECT_EQ(outcome.lint, GetParam().lint);
}

constexpr const char* kTwice =
    "groups: [{name: g, rules: [{alert: A, expr: x, labels: {s: p}}, {alert: A, expr: y, labels: "
    "{s: p}}, {record: r, expr: x}]}]";

INSTANTIATE_TEST_SUITE_P(
    Table,
    CheckTest,
    testing::Values(
        Case{"Empty", "", true, false, false, "  SUCCESS: 0 rules found\n\n"},
        Case{"Duplicates",
             kTwice,
             true,
             false,
             true,
             "  FAILED:\nlint error 1 duplicate rule(s) found.\nMetric: A\nLabel(s):\n\ts: p\n"
             "Might cause inconsistency while recording expressions\n\n"},
        Case{"DuplicatesNotAskedFor", kTwice, false, false, false, "  SUCCESS: 3 rules found\n\n"},
        Case{"Error",
             "groups: [{name: g, rules: [{record: r}]}]",
             true,
             true,
             false,
             "  FAILED:\nr.yml: 1:28: group \"g\", rule 1, \"r\": field 'expr' must be set in "
             "rule\n\n"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts::rules::unittest
