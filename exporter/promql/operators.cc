#include "exporter/promql/operators.h"

#include <algorithm>
#include <array>

namespace sidewatch::promql {
namespace {

using K = TokenKind;
using enum OperatorKind;

constexpr std::array kOperators = {
    OperatorInfo{BinaryOp::kAdd, K::kAdd, "+", kArithmetic, 4},
    OperatorInfo{BinaryOp::kSub, K::kSub, "-", kArithmetic, 4},
    OperatorInfo{BinaryOp::kMul, K::kMul, "*", kArithmetic, 5},
    OperatorInfo{BinaryOp::kDiv, K::kDiv, "/", kArithmetic, 5},
    OperatorInfo{BinaryOp::kMod, K::kMod, "%", kArithmetic, 5},
    OperatorInfo{BinaryOp::kPow, K::kPow, "^", kArithmetic, 6, true},
    OperatorInfo{BinaryOp::kAtan2, K::kAtan2, "atan2", kArithmetic, 5},
    OperatorInfo{BinaryOp::kEqual, K::kEqual, "==", kComparison, 3},
    OperatorInfo{BinaryOp::kNotEqual, K::kNotEqual, "!=", kComparison, 3},
    OperatorInfo{BinaryOp::kLess, K::kLess, "<", kComparison, 3},
    OperatorInfo{BinaryOp::kLessEqual, K::kLessEqual, "<=", kComparison, 3},
    OperatorInfo{BinaryOp::kGreater, K::kGreater, ">", kComparison, 3},
    OperatorInfo{BinaryOp::kGreaterEqual, K::kGreaterEqual, ">=", kComparison, 3},
    OperatorInfo{BinaryOp::kAnd, K::kAnd, "and", kSet, 2},
    OperatorInfo{BinaryOp::kOr, K::kOr, "or", kSet, 1},
    OperatorInfo{BinaryOp::kUnless, K::kUnless, "unless", kSet, 2},
    OperatorInfo{BinaryOp::kTrimUpper, K::kTrimUpper, "</", kTrim, 3},
    OperatorInfo{BinaryOp::kTrimLower, K::kTrimLower, ">/", kTrim, 3},
};

constexpr std::array kAggregators = {
    AggregatorInfo{AggregateOp::kSum, K::kSum, "sum"},
    AggregatorInfo{AggregateOp::kAvg, K::kAvg, "avg"},
    AggregatorInfo{AggregateOp::kMin, K::kMin, "min"},
    AggregatorInfo{AggregateOp::kMax, K::kMax, "max"},
    AggregatorInfo{AggregateOp::kCount, K::kCount, "count"},
    AggregatorInfo{AggregateOp::kGroup, K::kGroup, "group"},
    AggregatorInfo{AggregateOp::kStddev, K::kStddev, "stddev"},
    AggregatorInfo{AggregateOp::kStdvar, K::kStdvar, "stdvar"},
    AggregatorInfo{AggregateOp::kTopk, K::kTopk, "topk", ValueType::kScalar},
    AggregatorInfo{AggregateOp::kBottomk, K::kBottomk, "bottomk", ValueType::kScalar},
    AggregatorInfo{AggregateOp::kQuantile, K::kQuantile, "quantile", ValueType::kScalar},
    AggregatorInfo{AggregateOp::kCountValues, K::kCountValues, "count_values", ValueType::kString},
    AggregatorInfo{AggregateOp::kLimitk, K::kLimitk, "limitk", ValueType::kScalar, true},
    AggregatorInfo{
        AggregateOp::kLimitRatio, K::kLimitRatio, "limit_ratio", ValueType::kScalar, true},
};

constexpr bool StandAtTheirOp(const auto& table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].op) != i) {
      return false;
    }
  }
  return true;
}

static_assert(StandAtTheirOp(kOperators) && StandAtTheirOp(kAggregators),
              "the tables are indexed by operator");

}  // namespace

const OperatorInfo& Info(BinaryOp op) {
  return kOperators.at(static_cast<std::size_t>(op));
}

const OperatorInfo* FindOperator(TokenKind token) {
  const auto* const found = std::ranges::find(kOperators, token, &OperatorInfo::token);
  return found == kOperators.end() ? nullptr : &*found;
}

const AggregatorInfo& Info(AggregateOp op) {
  return kAggregators.at(static_cast<std::size_t>(op));
}

const AggregatorInfo* FindAggregator(TokenKind token) {
  const auto* const found = std::ranges::find(kAggregators, token, &AggregatorInfo::token);
  return found == kAggregators.end() ? nullptr : &*found;
}

}  // namespace sidewatch::promql
