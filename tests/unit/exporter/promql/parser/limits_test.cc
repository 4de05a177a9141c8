#include <string>

#include <gtest/gtest.h>

#include "exporter/promql/parser.h"

namespace sidewatch::promql {
namespace {

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

struct Case {
  std::string name;
  std::string query;
  std::string want;  ///< What the error holds; empty: must be taken.
};

class LimitsTest : public testing::TestWithParam<Case> {};

TEST_P(LimitsTest, RefusesInsteadOfOverflowing) {
  const Result<ExprPtr> got = Parse(GetParam().query, {.duration_expressions = true});
  ASSERT_EQ(got.has_value(), GetParam().want.empty());
  if (!got) {
    EXPECT_NE(got.error().message.find(GetParam().want), std::string::npos) << got.error().message;
  } else {
    EXPECT_FALSE(PrettyPrint(**got).empty());
  }
}

constexpr int kFar = 100'000;
const char* const kNested = "nested more than 500 levels deep";
const char* const kLevels = "has more than 1000 levels";

INSTANTIATE_TEST_SUITE_P(
    Table,
    LimitsTest,
    testing::Values(Case{"ParensWithin", Repeat("(", 490) + "1" + Repeat(")", 490), ""},
                    Case{"ParensBeyond", Repeat("(", kFar), kNested},
                    Case{"Signs", Repeat("-", kFar) + "up", kNested},
                    Case{"Powers", Repeat("2^", kFar) + "2", kNested},
                    Case{"Calls", Repeat("abs(", kFar), kNested},
                    Case{"Aggregations", Repeat("sum(", kFar), kNested},
                    Case{"SumWithin", Repeat("up+", 999) + "up", ""},
                    Case{"SumBeyond", Repeat("up+", kFar) + "up", kLevels},
                    Case{"Subqueries",
                         "up" + Repeat("[1m:] ", kFar),
                         "subquery is only allowed on instant vector"},
                    Case{"DurationParens", "up[" + Repeat("(", kFar), kNested},
                    Case{"DurationSum", "up[" + Repeat("1+", kFar) + "1]", kLevels},
                    Case{
                        "TooLong", std::string((1U << 20U) + 1, ' '), "longer than 1048576 bytes"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::promql
