#include <string>

#include <gtest/gtest.h>

#include "exporter/promql/parser.h"

namespace sidewatch::promql {
namespace {

constexpr ParserOptions kAllOn = {.experimental_functions = true,
                                  .duration_expressions = true,
                                  .extended_range_selectors = true,
                                  .fill_modifiers = true};

struct Case {
  std::string name;
  std::string query;
  std::string want;
};

class ParseErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ParseErrorTest, NamesPlaceAndConstruct) {
  const Result<ExprPtr> got = Parse(GetParam().query, kAllOn);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(got.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax,
    ParseErrorTest,
    testing::Values(
        Case{
            "SecondLine", "disk_free\n  / )", "2:6: parse error: unexpected right parenthesis ')'"},
        Case{"ColumnsAreBytes",
             R"({"größe"="1"} !)",
             "1:17: parse error: unexpected character after '!': '�'"},
        Case{"AggregationWithoutBody",
             "sum by (job) disk",
             R"(1:14: parse error: unexpected identifier "disk" in aggregation)"},
        Case{"InsideAggregation", "avg(*)", "1:5: parse error: unexpected <op:*> in aggregation"},
        Case{"CallInsideAggregation",
             "max(rate(disk[5m] up))",
             R"(1:19: parse error: unexpected identifier "up" in aggregation)"},
        Case{"InnermostConstructWins",
             "max(disk{host~})",
             "1:14: parse error: unexpected character inside braces: '~'"},
        Case{"CommaBlamedForWhatFollows",
             "clamp(disk, *)",
             "1:11: parse error: trailing commas not allowed in function call args"},
        Case{
            "LabelListGap",
            "sum by (job host) (disk)",
            R"x(1:13: parse error: unexpected identifier "host" in grouping opts, expected "," or ")")x"},
        Case{"NothingBehindGroupLeft",
             "disk + on (host) group_left",
             R"x(1:28: parse error: unexpected end of input in grouping opts, expected "(")x"},
        Case{"OperatorBehindGroupRight",
             "disk + on (host) group_right * up",
             R"x(1:30: parse error: unexpected <op:*> in grouping opts, expected "(")x"},
        Case{"QuoteInEscape",
             R"(disk{host='\u12'})",
             "1:11: parse error: illegal character U+0027 ''' in escape sequence"},
        Case{"LineEndInEscape",
             "disk{host='\\x1\n'}",
             "1:11: parse error: illegal character U+000A in escape sequence"},
        Case{"EmptyLabel",
             "sum by (\"\") (disk)",
             R"(1:9: parse error: invalid label name for grouping: "")"},
        Case{"SubqueryEnd",
             "disk[5m:1m 2]",
             R"(1:12: parse error: unexpected number "2" in subquery selector, expected "]")"},
        Case{"RangeEnd",
             "disk[5m == 1]",
             R"(1:9: parse error: unexpected <op:==> in subquery or range, expected ":" or "]")"},
        Case{
            "OffsetWord",
            "disk offset -soon",
            R"(1:14: parse error: unexpected identifier "soon" in offset, expected number, duration, step(), or range())"},
        Case{"AtWord",
             "disk @ now",
             R"(1:8: parse error: unexpected identifier "now" in @, expected timestamp)"},
        Case{"LongTextIsCut",
             R"(disk "a rather long text")",
             R"x(1:6: parse error: unexpected string "\"a rather "...)x"},
        Case{"Bracket", "disk[5m", "1:8: parse error: unclosed left bracket"},
        Case{"BadExpression",
             R"(up{job=~"("})",
             "1:4: parse error: error parsing regexp: missing closing ): `(`"},
        Case{
            "TrailingBackslash",
            R"(a{b=~"c\\"})",
            "1:3: parse error: error parsing regexp: trailing backslash at end of expression: ``"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Types,
    ParseErrorTest,
    testing::Values(
        Case{
            "LeftSideFirst",
            "rate(up) + floor(1)",
            R"(1:6: parse error: expected type range vector in call to function "rate", got instant vector)"},
        Case{"StringOperand",
             "up + \"1\"",
             "1:6: parse error: binary expression must contain only scalar and instant vector "
             "types"},
        Case{"FillOfSet",
             "up or fill(0) down",
             "1:1: parse error: filling in missing series not allowed for set operators"},
        Case{"FillOfScalar",
             "up + fill(0) 1",
             "1:1: parse error: filling in missing series only allowed between instant vectors"},
        Case{"AtLeast",
             "label_join(up)",
             R"(1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 1)"},
        Case{"Both",
             "up[5m] anchored smoothed",
             "1:1: parse error: anchored and smoothed modifiers cannot be used together"},
        Case{"AtTwice",
             "up @ 1 @ 2",
             "1:1: parse error: @ <timestamp> may not be set multiple times"}),
    [](const auto& row) { return row.param.name; });

TEST(ParseSelectorTest, GivesTheMatchersNameLast) {
  const Result<std::vector<Matcher>> got = ParseSelector(R"(up{job=~"a|b", "host.name"!=""})");
  ASSERT_TRUE(got.has_value()) << got.error().message;
  ASSERT_EQ(got->size(), 3U);
  EXPECT_EQ((*got)[0].ToString(), R"(job=~"a|b")");
  EXPECT_EQ((*got)[1].ToString(), R"("host.name"!="")");
  EXPECT_EQ((*got)[2].ToString(), R"(__name__="up")");
}

TEST(ParseSelectorTest, RefusesMoreThanASelector) {
  const Result<std::vector<Matcher>> got = ParseSelector("up[5m]");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().message, R"(1:3: parse error: unexpected "[")");
}

}  // namespace
}  // namespace sidewatch::promql
