#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "exporter/promql/expression_parser.h"

namespace sidewatch::promql {
namespace {

using K = TokenKind;

constexpr std::string_view kShiftable =
    "must be preceded by an instant vector selector or range vector selector or a subquery";

/// The selector that carries the modifiers of `expr`, or null.
VectorSelector* SelectorOf(Expr& expr) {
  if (auto* const range = std::get_if<MatrixSelector>(&expr.node)) {
    return SelectorOf(*range->selector);
  }
  return std::get_if<VectorSelector>(&expr.node);
}

/// Where `offset` and `@` of `expr` are kept, or null if it takes none.
TimeShift* ShiftOf(Expr& expr) {
  if (auto* const subquery = std::get_if<Subquery>(&expr.node)) {
    return &subquery->shift;
  }
  VectorSelector* const selector = SelectorOf(expr);
  return selector == nullptr ? nullptr : &selector->shift;
}

bool HasOffset(const TimeShift& shift) {
  return shift.offset != Duration(0) || shift.offset_expr != nullptr;
}

bool HasAt(const TimeShift& shift) {
  return shift.at.kind != AtModifier::Kind::kNone;
}

/// As Go's %f.
std::string ShowTimestamp(double seconds) {
  if (std::isnan(seconds)) {
    return "NaN";
  }
  return std::isinf(seconds) ? (seconds > 0 ? "+Inf" : "-Inf") : fmt::format("{:f}", seconds);
}

TimePoint ToTimePoint(double seconds) {
  using Limits = std::numeric_limits<std::int64_t>;
  const double millis = std::round(seconds * 1000);
  // The limits themselves are no doubles: what reaches 2^63 is cut.
  if (std::fabs(millis) >= static_cast<double>(Limits::max())) {
    return FromUnixMillis(millis > 0 ? Limits::max() : Limits::min());
  }
  return FromUnixMillis(static_cast<std::int64_t>(millis));
}

}  // namespace

ExprPtr ExpressionParser::WithSuffixes(ExprPtr expr) {
  while (expr) {
    bool ok = true;
    switch (tokens_.Peek().kind) {
      case K::kLeftBracket:
        expr = WithBrackets(std::move(expr));
        break;
      case K::kOffset:
        ok = Offset(*expr);
        break;
      case K::kAt:
        ok = At(*expr);
        break;
      case K::kAnchored:
      case K::kSmoothed:
        ok = Extension(*expr);
        break;
      default:
        return expr;
    }
    if (!ok) {
      return nullptr;
    }
  }
  return nullptr;
}

ExprPtr ExpressionParser::WithBrackets(ExprPtr expr) {
  const Token open = tokens_.Take();
  ParsedDuration range;
  if (!ParsePositiveDuration(tokens_, options_, range)) {
    tokens_.Explain("subquery or range selector", "number, duration, step(), or range()");
    return nullptr;
  }
  if (tokens_.Accept(K::kRightBracket)) {
    const PositionRange brackets{open.position.begin, tokens_.last().position.end};
    return Range(std::move(expr), brackets, std::move(range));
  }
  if (!tokens_.Expect(K::kColon)) {
    tokens_.Explain("subquery or range", R"(":" or "]")");
    return nullptr;
  }
  return Steps(std::move(expr), std::move(range));
}

ExprPtr ExpressionParser::Range(ExprPtr expr, PositionRange brackets, ParsedDuration range) {
  const auto* const selector = std::get_if<VectorSelector>(&expr->node);
  std::string_view mistake;
  if (selector == nullptr) {
    mistake = "ranges only allowed for vector selectors";
  } else if (HasOffset(selector->shift)) {
    mistake = "no offset modifiers allowed before range";
  } else if (HasAt(selector->shift)) {
    mistake = "no @ modifiers allowed before range";
  }
  if (!mistake.empty()) {
    tokens_.Fail(brackets, std::string(mistake));
    return nullptr;
  }
  const PositionRange position{expr->position.begin, brackets.end};
  const int height = expr->height;
  return MakeExpr(
      MatrixSelector{
          .selector = std::move(expr), .range = range.literal, .range_expr = std::move(range.expr)},
      position,
      height);
}

ExprPtr ExpressionParser::Steps(ExprPtr expr, ParsedDuration range) {
  ParsedDuration step;
  if (!tokens_.Accept(K::kRightBracket)) {
    if (!ParsePositiveDuration(tokens_, options_, step)) {
      tokens_.Explain("subquery selector", "number, duration, step(), range(), or \"]\"");
      return nullptr;
    }
    if (!tokens_.Expect(K::kRightBracket)) {
      tokens_.Explain("subquery selector", "\"]\"");
      return nullptr;
    }
  }
  if (!Fits(*expr)) {
    return nullptr;
  }
  const PositionRange position{expr->position.begin, tokens_.last().position.end};
  const int height = expr->height;
  return MakeExpr(Subquery{.expr = std::move(expr),
                           .range = range.literal,
                           .step = step.literal,
                           .range_expr = std::move(range.expr),
                           .step_expr = std::move(step.expr),
                           .shift = {}},
                  position,
                  height);
}

bool ExpressionParser::Offset(Expr& expr) {
  tokens_.Take();
  ParsedDuration offset;
  if (!ParseOffsetDuration(tokens_, options_, offset)) {
    return tokens_.Explain("offset", "number, duration, step(), or range()");
  }
  TimeShift* const shift = ShiftOf(expr);
  if (shift == nullptr) {
    return tokens_.Fail(expr.position, fmt::format("offset modifier {}", kShiftable));
  }
  if (HasOffset(*shift)) {
    return tokens_.Fail(expr.position, "offset may not be set multiple times");
  }
  shift->offset = offset.literal;
  shift->offset_expr = std::move(offset.expr);
  expr.position.end = tokens_.last().position.end;
  return true;
}

bool ExpressionParser::At(Expr& expr) {
  tokens_.Take();
  AtModifier at;
  if (!AtValue(expr, at)) {
    return tokens_.Explain("@", "timestamp");
  }
  TimeShift* const shift = ShiftOf(expr);
  if (shift == nullptr) {
    return tokens_.Fail(expr.position, fmt::format("@ modifier {}", kShiftable));
  }
  if (HasAt(*shift)) {
    return tokens_.Fail(expr.position, "@ <timestamp> may not be set multiple times");
  }
  shift->at = at;
  expr.position.end = tokens_.last().position.end;
  return true;
}

bool ExpressionParser::AtValue(const Expr& expr, AtModifier& at) {
  if (tokens_.At(K::kStart) || tokens_.At(K::kEnd)) {
    const bool start = tokens_.Take().kind == K::kStart;
    at.kind = start ? AtModifier::Kind::kStart : AtModifier::Kind::kEnd;
    return tokens_.Expect(K::kLeftParen) && tokens_.Expect(K::kRightParen);
  }
  double seconds = 0;
  if (!SignedNumber(seconds)) {
    return false;
  }
  constexpr double kBound = 9223372036854775808.0;
  if (!(std::fabs(seconds) < kBound)) {
    return tokens_.Fail(expr.position,
                        "timestamp out of bounds for @ modifier: " + ShowTimestamp(seconds));
  }
  at = {.kind = AtModifier::Kind::kTime, .at = ToTimePoint(seconds)};
  return true;
}

bool ExpressionParser::Extension(Expr& expr) {
  const bool anchored = tokens_.Take().kind == K::kAnchored;
  const std::string_view name = anchored ? "anchored" : "smoothed";
  if (!options_.extended_range_selectors) {
    return tokens_.Fail(expr.position,
                        fmt::format("{} modifier is experimental and not enabled", name));
  }
  if (std::holds_alternative<Subquery>(expr.node)) {
    return tokens_.Fail(expr.position,
                        fmt::format("{} modifier is not supported for subqueries", name));
  }
  VectorSelector* const selector = SelectorOf(expr);
  if (selector == nullptr) {
    return tokens_.Fail(expr.position, fmt::format("{} modifier not implemented", name));
  }
  (anchored ? selector->anchored : selector->smoothed) = true;
  if (selector->anchored && selector->smoothed) {
    return tokens_.Fail(expr.position, "anchored and smoothed modifiers cannot be used together");
  }
  return true;
}

}  // namespace sidewatch::promql
