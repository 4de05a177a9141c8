#include <gtest/gtest.h>

#include "alerts/template/template.h"

namespace sidewatch::alerts::templates {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string want;  ///< Part of the error.
};

class LimitsTest : public testing::TestWithParam<Case> {};

TEST_P(LimitsTest, EndsWithAnError) {
  const auto parsed = Template::Parse("t", GetParam().text, AlertmanagerFunctions());
  const auto got = parsed ? parsed->Execute(Value()) : Result<std::string>(Fail(parsed.error()));
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().message.find(GetParam().want), std::string::npos) << got.error().message;
}

std::string Repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += text;
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    LimitsTest,
    testing::Values(
        Case{"Steps", "{{range 1000000000}}{{end}}", "more than 200000 steps"},
        Case{"Recursion",
             R"({{define "a"}}{{template "a"}}{{end}}{{template "a"}})",
             "exceeded maximum template depth (100)"},
        Case{"Output", R"({{range 100000}}{{printf "%100d" .}}{{end}}))", "output longer than"},
        Case{"Doubling",
             R"({{$x := "0123456789"}}{{range 100}}{{$x = print $x $x}}{{end}})",
             "text longer than"},
        Case{"Width", R"({{printf "%999999d%999999d" 1 1}})", "text longer than"},
        Case{"NestedLists",
             R"({{$x := list 1}}{{range 100}}{{$x = list $x $x}}{{end}}{{print $x}})",
             "text longer than"},
        Case{"Parentheses",
             "{{" + Repeated("(", 5000) + "1" + Repeated(")", 5000) + "}}",
             "nesting deeper"},
        Case{"Blocks", Repeated("{{if 1}}", 5000) + Repeated("{{end}}", 5000), "nesting deeper"},
        Case{"ElseChain",
             "{{if 0}}" + Repeated("{{else if 0}}", 5000) + "{{end}}",
             "nesting deeper"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts::templates
