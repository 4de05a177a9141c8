#include "alerts/template/template.h"

#include <gtest/gtest.h>

#include "alerts/template/alert_data.h"

namespace sidewatch::alerts::templates {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string want;  ///< The output or the error.
};

class TemplateTest : public testing::TestWithParam<Case> {};

std::string RunText(const std::string& text) {
  const auto parsed =
      Template::Parse("t", text, AlertmanagerFunctions(), {.missing_key = MissingKey::kZero});
  if (!parsed) {
    return parsed.error().message;
  }
  const Value dot = Value::MakeMap({{"s", Value::String("text")}, {"n", Value::Int(3)}});
  const auto got = parsed->Execute(dot);
  return got ? *got : got.error().message;
}

TEST_P(TemplateTest, Gives) {
  EXPECT_EQ(RunText(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    TemplateTest,
    testing::Values(
        Case{"LineAndColumn",
             "one\n  {{ index .s 9 }}",
             "template: t:2:5: executing \"t\" at <index .s 9>: error calling index: index out of "
             "range: 9"},
        Case{"NamesTheDefinition",
             R"({{define "d"}}{{len 1}}{{end}}{{template "d"}})",
             "template: t:1:16: executing \"d\" at <len 1>: error calling len: len of type int"},
        Case{"ActionOverLines", "{{if true\n\n", "template: t:3: unclosed action started at t:1"},
        Case{"NestedBreak",
             "{{range 3}}{{range 3}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}};{{end}}",
             "0;0;0;"},
        Case{"BreakInsideWith", "{{range 3}}{{with 1}}{{break}}{{end}}x{{end}}y", "y"},
        Case{"AssignInRange", "{{$v := 0}}{{range $v = list 1 2}}{{end}}{{$v}}", "2"},
        Case{"VariablesEndWithTheirBlock",
             "{{range 2}}{{$x := .}}{{end}}{{$x}}",
             "template: t:1: undefined variable \"$x\""},
        Case{"ChainOnCall", "{{(dict \"a\" (dict \"b\" 5)).a.b}}", "5"},
        Case{"PipeIntoMethod", "{{\"2006\" | (toDate \"2006\" \"2024\").Format}}", "2024"},
        Case{"MethodCounts",
             "{{now.Format}}",
             "template: t:1:2: executing \"t\" at <now>: wrong number of args for Format: want 1 "
             "got 0"},
        Case{"NamedGroup", R"x({{reReplaceAll "(?<a>x)-(.)" "$2-${a}" "x-y"}})x", "y-x"},
        Case{"TrailingBackslash",
             R"({{match "a\\" "b"}})",
             "template: t:1:2: executing \"t\" at <match \"a\\\\\" \"b\">: error calling match: "
             "error parsing regexp: trailing backslash at end of expression: ``"},
        Case{"WrongType",
             "{{toUpper .n}}",
             "template: t:1:10: executing \"t\" at <.n>: wrong type for value; expected string; "
             "found int"},
        Case{"RedefinedTwice",
             R"({{define "a"}}x{{end}}{{define "a"}}y{{end}})",
             "template: t:1: template: multiple definition of template \"a\""}),
    [](const auto& row) { return row.param.name; });

TEST(TemplateSetTest, LaterTextsReplaceAndTheOldSetStays) {
  const Template empty(AlertmanagerFunctions(), {});
  const auto first = empty.With("a", R"({{define "part"}}one{{end}}{{template "part"}})");
  ASSERT_TRUE(first.has_value());
  const auto second = first->With("b", R"({{define "part"}}two{{end}}{{template "a"}})");
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(*first->Execute(Value()), "one");
  EXPECT_EQ(*second->Execute(Value()), "two");
  EXPECT_FALSE(empty.Defines("a"));
}

TEST(TemplateSetTest, AnUnknownTemplateIsNamed) {
  const Template empty(AlertmanagerFunctions(), {});
  EXPECT_EQ(empty.Execute(Value()).error().message,
            "template: : \"\" is an incomplete or empty template");
}

TEST(FunctionTablesTest, EveryRowIsWhole) {
  for (const FunctionSet* set : {&PrometheusFunctions(), &AlertmanagerFunctions()}) {
    for (const auto table : set->tables()) {
      for (const Function& function : table) {
        EXPECT_NE(function.call, nullptr) << function.name;
        EXPECT_TRUE(function.summary.ends_with('.')) << function.name;
        EXPECT_TRUE(!function.variadic || !function.params.empty()) << function.name;
      }
    }
  }
}

}  // namespace
}  // namespace sidewatch::alerts::templates
