#include "alerts/model/matcher_parser.h"

#include <gtest/gtest.h>

namespace sidewatch::alerts {
namespace {

using ParseFn = Result<Matchers> (*)(std::string_view text);

struct Case {
  std::string name;
  ParseFn parse = nullptr;
  std::string text;
  std::string want;  ///< The matchers printed, or the error.
};

class ParseMatchersTest : public testing::TestWithParam<Case> {};

TEST_P(ParseMatchersTest, Reads) {
  const Case& c = GetParam();
  const Result<Matchers> got = c.parse(c.text);
  EXPECT_EQ(got ? FormatMatchers(*got) : got.error().message, c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Classic,
    ParseMatchersTest,
    testing::Values(
        Case{"Bare", &ParseClassicMatchers, "env=prod", R"({env="prod"})"},
        Case{"List",
             &ParseClassicMatchers,
             R"({env="prod", job!~"a,b"})",
             R"({env="prod",job!~"a,b"})"},
        Case{"TrailingComma", &ParseClassicMatchers, R"({env="prod",})", R"({env="prod"})"},
        Case{"SpuriousEscape", &ParseClassicMatchers, R"(env=a\tb)", R"({env="a\\tb"})"},
        Case{"OnlyBraces", &ParseClassicMatchers, "{}", "{}"},
        Case{"LoneQuote",
             &ParseClassicMatchers,
             R"(env="prod)",
             R"(matcher value contains unescaped double quote: "prod)"},
        Case{"NoOperator", &ParseClassicMatchers, "env", "bad matcher format: env"},
        Case{"DashInName", &ParseClassicMatchers, "my-env=a", "bad matcher format: my-env=a"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Utf8,
    ParseMatchersTest,
    testing::Values(
        Case{"DashInName", &ParseUtf8Matchers, "{my-env=a}", R"({my-env="a"})"},
        Case{"QuotedName", &ParseUtf8Matchers, R"({"my env"=a})", R"({"my env"="a"})"},
        Case{"Escapes", &ParseUtf8Matchers, R"({a="\u00e9\x21\101\n"})", "{a=\"é!A\\n\"}"},
        Case{
            "Surrogate", &ParseUtf8Matchers, R"({a="\ud800"})", R"(3:11: "\ud800": invalid input)"},
        Case{"ColumnsAreCodePoints",
             &ParseUtf8Matchers,
             "{é=é,,}",
             "5:6: unexpected ,: expected a matcher or close brace after comma"},
        Case{"NoOperator",
             &ParseUtf8Matchers,
             "{a b}",
             "3:4: unexpected b: expected an operator such as '=', '!=', '=~' or '!~'"},
        Case{"NoValue", &ParseUtf8Matchers, "a=", "2:2: end of input: expected label value"},
        Case{"MissingEndQuote",
             &ParseUtf8Matchers,
             R"(a="b)",
             R"(2:4: "b: missing end ": expected label value)"},
        Case{"AfterClose",
             &ParseUtf8Matchers,
             "{a=b}c",
             "5:6: unexpected c: expected end of input"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fallback,
    ParseMatchersTest,
    testing::Values(Case{"OnlyUtf8", &ParseMatchers, "{my-env=a}", R"({my-env="a"})"},
                    Case{"OnlyClassic", &ParseMatchers, R"(a=!b\n)", R"({a="!b\n"})"},
                    Case{"Disagreement", &ParseMatchers, R"(a="\x21")", R"({a="\\x21"})"},
                    Case{"Neither", &ParseMatchers, "a!b", "bad matcher format: a!b"}),
    [](const auto& row) { return row.param.name; });

TEST(ParseMatcher, TakesExactlyOne) {
  EXPECT_TRUE(ParseUtf8Matcher("a=b"));
  EXPECT_EQ(ParseUtf8Matcher("").error().message, "no matchers");
  EXPECT_EQ(ParseUtf8Matcher("a=b,c=d").error().message, "expected 1 matcher, found 2");
  EXPECT_EQ(FormatMatcher(*ParseMatcher("my-env=a")), R"(my-env="a")");
}

TEST(Matchers, SortByNameValueAndOperator) {
  Matchers matchers = *ParseMatchers(R"({b="1",a="2",a!="1",a="1"})");
  SortMatchers(matchers);
  EXPECT_EQ(FormatMatchers(matchers), R"({a="1",a!="1",a="2",b="1"})");
}

TEST(Matchers, AnAbsentLabelIsEmpty) {
  const Matchers matchers = *ParseMatchers(R"(a="",b!="x")");
  EXPECT_TRUE(MatchesAll(matchers, {{"c", "d"}}));
  EXPECT_FALSE(MatchesAll(matchers, {{"a", "d"}}));
  EXPECT_FALSE(MatchesAll(matchers, {{"b", "x"}}));
}

}  // namespace
}  // namespace sidewatch::alerts
