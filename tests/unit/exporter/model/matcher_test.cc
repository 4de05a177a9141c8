#include "exporter/model/matcher.h"

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

struct Case {
  std::string name;
  MatchOp op;
  std::string pattern;
  std::string value;
  bool matches;
};

class MatcherTest : public testing::TestWithParam<Case> {};

TEST_P(MatcherTest, Matches) {
  const Case& c = GetParam();
  const auto matcher = Matcher::Create(c.op, "job", c.pattern);
  ASSERT_TRUE(matcher.has_value()) << matcher.error().message;
  EXPECT_EQ(matcher->Matches(c.value), c.matches);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MatcherTest,
    testing::Values(Case{"Equal", MatchOp::kEqual, "a", "a", true},
                    Case{"NotEqualAbsent", MatchOp::kNotEqual, "a", "", true},
                    Case{"Anchored", MatchOp::kRegex, "b", "abc", false},
                    Case{"Alternation", MatchOp::kRegex, "a|b|c", "b", true},
                    Case{"AlternationNot", MatchOp::kNotRegex, "a|b", "c", true},
                    Case{"AlternationWithEmpty", MatchOp::kRegex, "a|", "", true},
                    Case{"EscapedPoint", MatchOp::kRegex, "a\\.b", "axb", false},
                    Case{"EscapedBar", MatchOp::kRegex, "a\\|b", "a|b", true},
                    Case{"Prefix", MatchOp::kRegex, "ab.*", "abc", true},
                    Case{"PrefixAlone", MatchOp::kRegex, "ab.+", "ab", false},
                    Case{"EscapedPointStar", MatchOp::kRegex, "ab\\.*", "ab...", true},
                    Case{"PointTakesLineFeed", MatchOp::kRegex, "a.c", "a\nc", true},
                    Case{"AnythingTakesEmpty", MatchOp::kRegex, ".*", "", true},
                    Case{"SomethingRefusesEmpty", MatchOp::kRegex, ".+", "", false},
                    Case{"Class", MatchOp::kRegex, "5..", "503", true},
                    Case{"CaseFold", MatchOp::kRegex, "(?i)ab", "AB", true},
                    Case{"NamedGroup", MatchOp::kRegex, "(?<code>5..)", "503", true},
                    Case{"GroupInAlternation", MatchOp::kRegex, "(a|b)c|d", "bc", true}),
    [](const auto& row) { return row.param.name; });

TEST(MatcherTest, RefusesBadAndHugeExpressions) {
  EXPECT_EQ(Matcher::Create(MatchOp::kRegex, "a", "(").error().message, "missing ): (");
  EXPECT_FALSE(Matcher::Create(MatchOp::kRegex, "a", "((a{100}){100}){100}").has_value());
}

TEST(MatcherTest, Prints) {
  EXPECT_EQ(Matcher::Create(MatchOp::kNotRegex, "job", "a\"b")->ToString(), R"(job!~"a\"b")");
  EXPECT_EQ(Matcher::Create(MatchOp::kEqual, "a.b", "c")->ToString(), R"("a.b"="c")");
}

}  // namespace
}  // namespace sidewatch
