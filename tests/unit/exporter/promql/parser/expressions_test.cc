#include <string>

#include <gtest/gtest.h>

#include "exporter/promql/function.h"
#include "exporter/promql/parser.h"

namespace sidewatch::promql {
namespace {

using namespace std::chrono_literals;

constexpr ParserOptions kAllOn = {.experimental_functions = true,
                                  .duration_expressions = true,
                                  .extended_range_selectors = true,
                                  .fill_modifiers = true};

ExprPtr MustParse(const std::string& query) {
  Result<ExprPtr> expr = Parse(query, kAllOn);
  EXPECT_TRUE(expr.has_value()) << expr.error().message;
  return expr ? *std::move(expr) : nullptr;
}

/// With a pair of parentheses around each operation, to show what binds to what.
std::string Grouped(const Expr& expr) {
  if (const auto* const binary = std::get_if<Binary>(&expr.node)) {
    const std::string whole = Print(expr);
    const std::string left = Print(*binary->left);
    const std::string right = Print(*binary->right);
    const std::string op = whole.substr(left.size(), whole.size() - left.size() - right.size());
    return "(" + Grouped(*binary->left) + op + Grouped(*binary->right) + ")";
  }
  if (const auto* const unary = std::get_if<Unary>(&expr.node)) {
    return std::string("(") + (unary->minus ? "-" : "+") + Grouped(*unary->expr) + ")";
  }
  return Print(expr);
}

struct Case {
  std::string name;
  std::string query;
  std::string want;
};

class PrecedenceTest : public testing::TestWithParam<Case> {};

TEST_P(PrecedenceTest, BindsAsPrometheusDoes) {
  const ExprPtr expr = MustParse(GetParam().query);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(Grouped(*expr), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PrecedenceTest,
    testing::Values(Case{"SetsLast", "a or b and c == d", "(a or (b and (c == d)))"},
                    Case{"LeftToRight", "a - b + c", "((a - b) + c)"},
                    Case{"PowersRightToLeft", "a ^ b ^ c", "(a ^ (b ^ c))"},
                    Case{"MinusBelowPower", "-a ^ b * c", "((-(a ^ b)) * c)"},
                    Case{"MinusInPower", "a ^ -b ^ c", "(a ^ (-(b ^ c)))"},
                    Case{"TrimComparesLike", "a </ b + c", "(a </ (b + c))"},
                    Case{"OffsetBindsTightest", "a + b offset 1m", "(a + b offset 1m)"},
                    Case{"OffsetTakesNoArithmetic", "a offset 1m + 2", "(a offset 1m + 2)"},
                    Case{"WordsAsNames", "and and or unless sum", "((and and or) unless sum)"}),
    [](const auto& row) { return row.param.name; });

class PrintTest : public testing::TestWithParam<Case> {};

TEST_P(PrintTest, IsCanonical) {
  const ExprPtr expr = MustParse(GetParam().query);
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(Print(*expr), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PrintTest,
    testing::Values(Case{"MatchersSorted", R"(up{b="2",a!~"1"})", R"(up{a!~"1",b="2"})"},
                    Case{"GroupingInFront", "SUM(up) BY (job)", "sum by (job) (up)"},
                    Case{"NumbersPlain", "1e3 + 0x10 + 017 + 1_000", "1000 + 16 + 15 + 1000"},
                    Case{"LargeNumbersInTheFewestDigits",
                         "9.3e18 + 1e22 + 123456789012345678",
                         "9300000000000000000 + 10000000000000000000000 + 123456789012345680"},
                    Case{"SmallNumbers", "1e-9 - 5e-7", "0.000000001 - 0.0000005"},
                    Case{"DurationAsNumber", "90m * -1h", "1h30m * -1h"},
                    Case{"ModifiersInOrder", "up[5m] offset 1m @ 7", "up[5m] @ 7.000 offset 1m"},
                    Case{"Escapes", "'a\"\\x41'", R"("a\"A")"},
                    Case{"DurationArithmetic", "up[1m+2*step():30]", "up[1m + 2 * step():30s]"},
                    Case{"FillBoth", "a / fill_right(1) fill_left(1) b", "a / fill (1) b"},
                    Case{"FillSmall", "a / fill(0.00001) b", "a / fill (1e-05) b"}),
    [](const auto& row) { return row.param.name; });

TEST(PrettyPrintTest, SplitsOnlyWhatIsTooLong) {
  const ExprPtr expr = MustParse("sum(rate(requests[5m])) / on (job) group_left limit_per_job");
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(PrettyPrint(*expr), Print(*expr));
  EXPECT_EQ(PrettyPrint(*expr, 30),
            "  sum(rate(requests[5m]))\n"
            "/ on (job) group_left ()\n"
            "  limit_per_job");
}

TEST(PrettyPrintTest, DoesNotIndentASubqueryThatFits) {
  const ExprPtr expr = MustParse("max_over_time((sum by (job) (up))[5m:1m])");
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(PrettyPrint(*expr, 30),
            "max_over_time(\n"
            "(sum by (job) (up))[5m:1m]\n"
            ")");
  EXPECT_EQ(PrettyPrint(*expr, 20),
            "max_over_time(\n"
            "  (sum by (job) (up))[5m:1m]\n"
            ")");
}

TEST(SyntaxTreeTest, KeepsShiftsAndPositions) {
  const ExprPtr expr = MustParse("  rate(up{job=\"a\"}[5m] @ end() offset -90)");
  ASSERT_NE(expr, nullptr);
  EXPECT_EQ(expr->position.begin, 2U);
  EXPECT_EQ(expr->position.end, 42U);
  const auto& call = std::get<Call>(expr->node);
  EXPECT_EQ(call.function, FindFunction("rate"));
  const auto& range = std::get<MatrixSelector>(call.args.at(0)->node);
  EXPECT_EQ(range.range, 5min);
  const auto& selector = std::get<VectorSelector>(range.selector->node);
  EXPECT_EQ(selector.name, "up");
  EXPECT_EQ(selector.matchers.back().name(), kMetricName);
  EXPECT_EQ(selector.shift.offset, -90s);
  EXPECT_EQ(selector.shift.at.kind, AtModifier::Kind::kEnd);
}

TEST(SyntaxTreeTest, LeavesDurationsThatDependOnTheQuery) {
  const ExprPtr expr = MustParse("up[-step():1m]");
  ASSERT_NE(expr, nullptr);
  const auto& subquery = std::get<Subquery>(expr->node);
  EXPECT_EQ(subquery.range, Duration(0));
  ASSERT_NE(subquery.range_expr, nullptr);
  EXPECT_EQ(subquery.range_expr->kind, DurationExpr::Kind::kUnaryMinus);
  EXPECT_EQ(subquery.range_expr->right->kind, DurationExpr::Kind::kStep);
  EXPECT_EQ(subquery.step, 1min);
}

TEST(SyntaxTreeTest, SettlesMatching) {
  const ExprPtr sets = MustParse("a and on (x) b");
  const ExprPtr scalar = MustParse("a * 2");
  ASSERT_TRUE(sets && scalar);
  EXPECT_EQ(std::get<Binary>(sets->node).matching->card, MatchCardinality::kManyToMany);
  EXPECT_FALSE(std::get<Binary>(scalar->node).matching.has_value());
  EXPECT_EQ(TypeOf(*scalar), ValueType::kInstantVector);
}

}  // namespace
}  // namespace sidewatch::promql
