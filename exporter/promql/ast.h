#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/matcher.h"

namespace sidewatch::promql {

/// The types of PromQL values, with the names that error messages use.
enum class ValueType { kNone, kScalar, kInstantVector, kRangeVector, kString };

/// `scalar`, `instant vector`, `range vector`, `string`, `none`.
std::string_view ValueTypeName(ValueType type);

/// Bytes [begin, end) of the query text.
struct PositionRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

enum class BinaryOp {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kAtan2,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kUnless,
  kTrimUpper,  ///< `</`, native histograms only.
  kTrimLower,  ///< `>/`, native histograms only.
};

enum class AggregateOp {
  kSum,
  kAvg,
  kMin,
  kMax,
  kCount,
  kGroup,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kQuantile,
  kCountValues,
  kLimitk,
  kLimitRatio,
};

/// A duration inside `[...]`, `offset` or a subquery that is more than a literal: with
/// `promql-duration-expr` it may hold arithmetic, step(), range(), min_of(), max_of(), known when a
/// query runs. Where one stands the plain duration beside it is 0.
struct DurationExpr {
  enum class Kind { kNumber, kUnaryMinus, kUnaryPlus, kBinary, kStep, kRange, kMinOf, kMaxOf };
  Kind kind = Kind::kNumber;
  double seconds = 0;            ///< kNumber.
  BinaryOp op = BinaryOp::kAdd;  ///< kBinary.
  std::unique_ptr<DurationExpr> left;
  std::unique_ptr<DurationExpr> right;  ///< Also the operand of the unary kinds.
  bool parenthesised = false;
  PositionRange position;
  bool is_duration = false;  ///< kNumber: written as a duration, `1h`.
  int height = 1;            ///< Levels from here down, bounded by the parser.
};

struct NumberLiteral {
  double value = 0;
  bool is_duration = false;  ///< Written as a duration, `1h`; printed as one.
};

struct StringLiteral {
  std::string value;
};

/// `@ 12.5`, `@ start()`, `@ end()`.
struct AtModifier {
  enum class Kind { kNone, kTime, kStart, kEnd };
  Kind kind = Kind::kNone;
  TimePoint at;
};

/// The shift that selectors and subqueries share. The offset is subtracted from the time, `@` comes
/// first.
struct TimeShift {
  Duration offset{
      0};  ///< As written; an expression's value replaces it when the query is prepared.
  std::unique_ptr<DurationExpr> offset_expr;  ///< Set unless a literal was written.
  AtModifier at;
};

struct VectorSelector {
  std::string name;  ///< As written before the braces; also among the matchers. May be empty.
  std::vector<Matcher> matchers;  ///< In the order written; the name's matcher is last.
  TimeShift shift;
  bool anchored = false;  ///< Extended range selectors.
  bool smoothed = false;
};

/// `selector[range]`. The selector's shift belongs to the whole.
struct MatrixSelector {
  ExprPtr selector;  ///< A VectorSelector.
  Duration range{0};
  std::unique_ptr<DurationExpr> range_expr;
};

struct Subquery {
  ExprPtr expr;
  Duration range{0};
  Duration step{0};  ///< 0: the default evaluation interval.
  std::unique_ptr<DurationExpr> range_expr;
  std::unique_ptr<DurationExpr> step_expr;
  TimeShift shift;
};

struct Function;

struct Call {
  const Function* function = nullptr;
  std::vector<ExprPtr> args;
};

struct Aggregate {
  AggregateOp op = AggregateOp::kSum;
  ExprPtr expr;
  ExprPtr param;  ///< Null unless the operator takes one.
  std::vector<std::string> grouping;
  bool without = false;
};

enum class MatchCardinality { kOneToOne, kManyToOne, kOneToMany, kManyToMany };

struct VectorMatching {
  MatchCardinality card = MatchCardinality::kOneToOne;
  std::vector<std::string> labels;
  bool on = false;                   ///< labels are those to match on, else those to ignore.
  std::vector<std::string> include;  ///< group_left(…) or group_right(…).
  std::optional<double> fill_left;
  std::optional<double> fill_right;
};

struct Binary {
  BinaryOp op = BinaryOp::kAdd;
  ExprPtr left;
  ExprPtr right;
  std::optional<VectorMatching> matching;  ///< Set if both sides are vectors.
  bool return_bool = false;
};

struct Unary {
  bool minus = false;
  ExprPtr expr;
};

struct Paren {
  ExprPtr expr;
};

/// A node of the syntax tree. Depth is bounded by the parser, so recursion over it is safe.
struct Expr {
  using Node = std::variant<NumberLiteral,
                            StringLiteral,
                            VectorSelector,
                            MatrixSelector,
                            Subquery,
                            Call,
                            Aggregate,
                            Binary,
                            Unary,
                            Paren>;
  Node node;
  PositionRange position;
  int height = 1;  ///< Levels from here down, bounded by the parser.
};

/// The type that evaluating `expr` gives.
ValueType TypeOf(const Expr& expr);

/// The canonical one-line text, as Prometheus prints a parsed expression.
std::string Print(const Expr& expr);

/// The indented text of /api/v1/format_query: what is longer than `line_limit` bytes in one line is
/// split over several.
std::string PrettyPrint(const Expr& expr, std::size_t line_limit = 100);

}  // namespace sidewatch::promql
