#include "exporter/model/go_regex.h"

#include <string>

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

struct Case {
  std::string name;
  std::string pattern;
  std::string want;
};

class ToRe2SyntaxTest : public testing::TestWithParam<Case> {};

TEST_P(ToRe2SyntaxTest, Rewrites) {
  EXPECT_EQ(ToRe2Syntax(GetParam().pattern), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ToRe2SyntaxTest,
    testing::Values(Case{"NoGroup", "a(b|c)+", "a(b|c)+"},
                    Case{"Group", "(?<host>[^:]+):.*", "(?P<host>[^:]+):.*"},
                    Case{"TwoGroups", "(?<a>x)(?P<b>y)(?<c1>z)", "(?P<a>x)(?P<b>y)(?P<c1>z)"},
                    Case{"AfterEscapedBackslash", R"(\\(?<a>x))", R"(\\(?P<a>x))"},
                    Case{"EscapedParenthesis", R"(\(?<a>x)", R"(\(?<a>x)"},
                    Case{"InClass", "[(?<a>]x", "[(?<a>]x"},
                    Case{"BehindClass", "[]\\]](?<a>x)", "[]\\]](?P<a>x)"},
                    Case{"Quoted", "\\Q(?<a>\\E(?<b>x)", "\\Q(?<a>\\E(?P<b>x)"},
                    Case{"LookBehind", "(?<=a)b(?<!c)", "(?<=a)b(?<!c)"},
                    Case{"NoName", "(?<>a)(?<a", "(?<>a)(?<a"},
                    Case{"CutShort", "(?<a>[x\\", "(?P<a>[x\\"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
