#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/promql/ast.h"
#include "exporter/promql/token.h"

namespace sidewatch::promql {

enum class OperatorKind : std::uint8_t { kArithmetic, kComparison, kSet, kTrim };

/// All that there is to know about a binary operator.
struct OperatorInfo {
  BinaryOp op;
  TokenKind token;
  std::string_view text;
  OperatorKind kind;
  int precedence;  ///< Higher binds tighter.
  bool right_associative = false;
};

/// The level of unary plus and minus.
inline constexpr int kUnaryPrecedence = 5;

const OperatorInfo& Info(BinaryOp op);

/// Null if the token is no binary operator.
const OperatorInfo* FindOperator(TokenKind token);

/// All that there is to know about an aggregation operator.
struct AggregatorInfo {
  AggregateOp op;
  TokenKind token;
  std::string_view text;
  ValueType parameter = ValueType::kNone;  ///< kNone: it takes none.
  bool experimental = false;
};

const AggregatorInfo& Info(AggregateOp op);

/// Null if the token is no aggregation operator.
const AggregatorInfo* FindAggregator(TokenKind token);

}  // namespace sidewatch::promql
