#include "alerts/api/go_json.h"

#include <gtest/gtest.h>

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::size_t end = 0;
  std::string error = {};
};

class FindJsonValueTest : public testing::TestWithParam<Case> {};

TEST_P(FindJsonValueTest, SpeaksAsGo) {
  const auto end = FindJsonValue(GetParam().text);
  EXPECT_EQ(end ? "" : end.error(), GetParam().error);
  EXPECT_EQ(end.value_or(0), GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FindJsonValueTest,
    testing::Values(
        Case{"List", R"([{"a":"b\n\u00e9"},{},[],-0.5e+3,true,null])", 43},
        Case{"TheRestIsNotLookedAt", "[] ]", 2},
        Case{"Blank", " \n", 0, "EOF"},
        Case{"OpenList", "[", 0, "unexpected EOF"},
        Case{"OpenMap", R"([{"a":1})", 0, "unexpected EOF"},
        Case{"OpenText", R"("abc)", 0, "unexpected EOF"},
        Case{"HalfAWord", "nul", 0, "unexpected EOF"},
        Case{"Minus", "-", 0, "unexpected EOF"},
        Case{"Letter", "x", 0, "invalid character 'x' looking for beginning of value"},
        Case{"WrongBracket", "[}", 0, "invalid character '}' looking for beginning of value"},
        Case{"CommaAtTheEnd", "[1,]", 0, "invalid character ']' looking for beginning of value"},
        Case{"NoValue", R"({"a":})", 0, "invalid character '}' looking for beginning of value"},
        Case{"NoColon", R"({"a"})", 0, "invalid character '}' after object key"},
        Case{
            "BareKey", "{a", 0, "invalid character 'a' looking for beginning of object key string"},
        Case{"NoComma", "[1 2]", 0, "invalid character '2' after array element"},
        Case{
            "NoCommaInMap", R"({"a":1 2})", 0, "invalid character '2' after object key:value pair"},
        Case{"Escape", R"(["\q"])", 0, "invalid character 'q' in string escape code"},
        Case{"Control", "[\x01]", 0, R"(invalid character '\x01' looking for beginning of value)"},
        Case{"Newline", "\"a\nb\"", 0, R"(invalid character '\n' in string literal)"},
        Case{"WrongWord", "trap", 0, "invalid character 'a' in literal true (expecting 'u')"}),
    [](const auto& row) { return row.param.name; });

TEST(FindJsonValue, TakesAnyDepth) {
  EXPECT_EQ(FindJsonValue(std::string(1'000'000, '[')).error(), "unexpected EOF");
}

}  // namespace
}  // namespace sidewatch::alerts
