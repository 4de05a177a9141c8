#include "exporter/relabel/relabel.h"

#include <gtest/gtest.h>

namespace sidewatch::relabel {
namespace {

struct Case {
  std::string name;
  std::vector<RuleOptions> rules;
  std::string want;  ///< `dropped` if a rule drops the labels.
};

class RelabelTest : public testing::TestWithParam<Case> {};

TEST_P(RelabelTest, DoesAsPrometheus) {
  Rules rules;
  for (const RuleOptions& options : GetParam().rules) {
    Result<Rule> rule = Rule::Create(options);
    ASSERT_TRUE(rule.has_value()) << rule.error().message;
    rules.push_back(*rule);
  }
  LabelSetBuilder labels(LabelSet{{"a", "foo"}, {"b", "bar"}, {"c", "baz"}});
  const bool kept = Apply(rules, labels);
  EXPECT_EQ(kept ? labels.Build().ToString() : "dropped", GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RelabelTest,
    testing::Values(
        Case{"ReplaceJoinsItsSources",
             {{.source_labels = {"a", "b"},
               .separator = "-",
               .regex = "f(.*)-(.*)r",
               .target_label = "d",
               .replacement = "ch${1}_$2"}},
             R"({a="foo", b="bar", c="baz", d="choo_ba"})"},
        Case{"ReplaceWithoutSourcesSets",
             {{.target_label = "d", .replacement = "x"}},
             R"({a="foo", b="bar", c="baz", d="x"})"},
        Case{"ReplaceThatDoesNotMatchDoesNothing",
             {{.source_labels = {"a"}, .regex = "o", .target_label = "a", .replacement = "x"}},
             R"({a="foo", b="bar", c="baz"})"},
        Case{"ReplaceByNothingRemoves",
             {{.source_labels = {"a"}, .regex = "f.*", .target_label = "a", .replacement = ""}},
             R"({b="bar", c="baz"})"},
        Case{"ReplaceOfAnAbsentLabelRemovesTheTarget",
             {{.source_labels = {"none"}, .target_label = "a"}},
             R"({b="bar", c="baz"})"},
        Case{"TheTargetIsATemplateToo",
             {{.source_labels = {"a"},
               .regex = "f(oo)",
               .target_label = "x_${1}",
               .replacement = "$0$$"}},
             R"({a="foo", b="bar", c="baz", x_oo="foo$"})"},
        Case{"ATargetThatBecomesNothingIsNotSet",
             {{.source_labels = {"a"}, .regex = "foo(x?)", .target_label = "$1"}},
             R"({a="foo", b="bar", c="baz"})"},
        Case{"ANameIsAsLongAsItCanBe",
             {{.source_labels = {"a"}, .target_label = "d", .replacement = "1$1x2"}},
             R"({a="foo", b="bar", c="baz", d="1"})"},
        Case{"NamedGroups",
             {{.source_labels = {"a"},
               .regex = "(?P<first>.).*",
               .target_label = "d",
               .replacement = "$first-${first}-${}-$"}},
             R"({a="foo", b="bar", c="baz", d="f-f-${}-$"})"},
        Case{"KeepThatMatches",
             {{.source_labels = {"a"}, .regex = "f.o", .action = Action::kKeep}},
             R"({a="foo", b="bar", c="baz"})"},
        Case{"KeepIsAnchored",
             {{.source_labels = {"a"}, .regex = "fo", .action = Action::kKeep}},
             "dropped"},
        Case{"DropThatMatches",
             {{.source_labels = {"a", "b"}, .regex = "foo;b.*", .action = Action::kDrop}},
             "dropped"},
        Case{"DropThatDoesNot",
             {{.source_labels = {"a"}, .regex = "f|o", .action = Action::kDrop}},
             R"({a="foo", b="bar", c="baz"})"},
        Case{"NothingRunsAfterADrop",
             {{.source_labels = {"a"}, .regex = ".*", .action = Action::kDrop},
              {.target_label = "d", .replacement = "x"}},
             "dropped"},
        Case{"KeepEqual",
             {{.source_labels = {"a"}, .target_label = "b", .action = Action::kKeepEqual}},
             "dropped"},
        Case{"DropEqual",
             {{.source_labels = {"a"}, .target_label = "b", .action = Action::kDropEqual}},
             R"({a="foo", b="bar", c="baz"})"},
        Case{"HashMod",
             {{.source_labels = {"c"},
               .modulus = 1000,
               .target_label = "d",
               .action = Action::kHashMod}},
             R"({a="foo", b="bar", c="baz", d="976"})"},
        Case{"LabelMap",
             {{.regex = "(b|c)", .replacement = "bar_${1}", .action = Action::kLabelMap}},
             R"({a="foo", b="bar", bar_b="bar", bar_c="baz", c="baz"})"},
        Case{"LabelDrop",
             {{.regex = "(b.*)", .action = Action::kLabelDrop}},
             R"({a="foo", c="baz"})"},
        Case{"LabelKeep", {{.regex = "b", .action = Action::kLabelKeep}}, R"({b="bar"})"},
        Case{"Uppercase",
             {{.source_labels = {"a", "b"}, .target_label = "d", .action = Action::kUppercase}},
             R"({a="foo", b="bar", c="baz", d="FOO;BAR"})"},
        Case{"Lowercase",
             {{.target_label = "d", .replacement = "ÄB"},
              {.source_labels = {"d"}, .target_label = "d", .action = Action::kLowercase}},
             R"({a="foo", b="bar", c="baz", d="äb"})"}),
    [](const auto& row) { return row.param.name; });

struct WrongCase {
  std::string name;
  RuleOptions options;
  std::string want;
};

class WrongRuleTest : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongRuleTest, IsToldAsPrometheusTells) {
  const Result<Rule> rule = Rule::Create(GetParam().options);
  ASSERT_FALSE(rule.has_value());
  EXPECT_EQ(rule.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    WrongRuleTest,
    testing::Values(
        WrongCase{"NoTarget",
                  {.source_labels = {"a"}},
                  "relabel configuration for replace action requires 'target_label' value"},
        WrongCase{"NoModulus",
                  {.target_label = "a", .action = Action::kHashMod},
                  "relabel configuration for hashmod requires non-zero modulus"},
        WrongCase{"ReplacementOfUppercase",
                  {.target_label = "a", .replacement = "x", .action = Action::kUppercase},
                  "'replacement' can not be set for uppercase action"},
        WrongCase{"KeepEqualWithARegex",
                  {.regex = "x", .target_label = "a", .action = Action::kKeepEqual},
                  "keepequal action requires only 'source_labels' and `target_label`, and no "
                  "other fields"},
        WrongCase{"LabelDropWithSources",
                  {.source_labels = {"a"}, .action = Action::kLabelDrop},
                  "labeldrop action requires only 'regex', and no other fields"},
        WrongCase{"LabelMapToNothing",
                  {.replacement = "", .action = Action::kLabelMap},
                  R"("" is invalid 'replacement' for labelmap action)"},
        WrongCase{"NotARegex",
                  {.regex = "(", .action = Action::kKeep},
                  R"("(" is no regular expression: missing ): ()"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::relabel
