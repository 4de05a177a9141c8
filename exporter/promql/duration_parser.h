#pragma once

#include <memory>

#include "exporter/base/clock.h"
#include "exporter/promql/ast.h"
#include "exporter/promql/parser.h"
#include "exporter/promql/token_stream.h"

namespace sidewatch::promql {

/// A duration as the parser hands it on: folded if it is a plain literal, else the expression.
struct ParsedDuration {
  Duration literal{0};
  std::unique_ptr<DurationExpr> expr;
};

/// Reads what stands in `[…]` before or after the colon; literals must be above zero.
/// False: the mistake is in `tokens`.
bool ParsePositiveDuration(TokenStream& tokens,
                           const ParserOptions& options,
                           ParsedDuration& duration);

/// Reads what follows `offset`: a literal with a sign or a single call or parenthesis, never
/// arithmetic: `foo offset 1m + 2` adds 2 to the values. False: the mistake is in `tokens`.
bool ParseOffsetDuration(TokenStream& tokens,
                         const ParserOptions& options,
                         ParsedDuration& duration);

/// Reads a number or duration token as seconds. False: the mistake is in `tokens`.
bool ReadSeconds(TokenStream& tokens, const Token& token, double& seconds);

}  // namespace sidewatch::promql
