#include "exporter/promql/range_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "exporter/base/check.h"

namespace sidewatch::promql {
namespace {

Result<double> Seconds(const QueryContext& context, const DurationExpr& expr);

Result<double> Combine(BinaryOp op, double left, double right) {
  switch (op) {
    case BinaryOp::kAdd:
      return left + right;
    case BinaryOp::kSub:
      return left - right;
    case BinaryOp::kMul:
      return left * right;
    case BinaryOp::kDiv:
      if (right == 0) {
        return Fail(ErrorCode::kInvalidArgument, "division by zero");
      }
      return left / right;
    case BinaryOp::kMod:
      if (right == 0) {
        return Fail(ErrorCode::kInvalidArgument, "modulo by zero");
      }
      return std::fmod(left, right);
    case BinaryOp::kPow:
      return std::pow(left, right);
    case BinaryOp::kAtan2:
    case BinaryOp::kEqual:
    case BinaryOp::kNotEqual:
    case BinaryOp::kLess:
    case BinaryOp::kLessEqual:
    case BinaryOp::kGreater:
    case BinaryOp::kGreaterEqual:
    case BinaryOp::kAnd:
    case BinaryOp::kOr:
    case BinaryOp::kUnless:
    case BinaryOp::kTrimUpper:
    case BinaryOp::kTrimLower:
      break;
  }
  return Fail(ErrorCode::kInvalidArgument, "unexpected duration expression operator");
}

Result<double> OfTwo(const QueryContext& context, const DurationExpr& expr) {
  SW_TRY_ASSIGN(const double left, Seconds(context, *expr.left));
  SW_TRY_ASSIGN(const double right, Seconds(context, *expr.right));
  if (expr.kind == DurationExpr::Kind::kMinOf) {
    return std::fmin(left, right);
  }
  if (expr.kind == DurationExpr::Kind::kMaxOf) {
    return std::fmax(left, right);
  }
  return Combine(expr.op, left, right);
}

/// The operand of a sign, on whichever side the parser keeps it.
const DurationExpr& Operand(const DurationExpr& expr) {
  const DurationExpr* operand = expr.right != nullptr ? expr.right.get() : expr.left.get();
  SW_CHECK(operand != nullptr, "a signed duration without an operand");
  return *operand;
}

Result<double> Seconds(const QueryContext& context, const DurationExpr& expr) {
  switch (expr.kind) {
    case DurationExpr::Kind::kNumber:
      return expr.seconds;
    case DurationExpr::Kind::kUnaryMinus: {
      SW_TRY_ASSIGN(const double value, Seconds(context, Operand(expr)));
      return -value;
    }
    case DurationExpr::Kind::kUnaryPlus:
      return Seconds(context, Operand(expr));
    case DurationExpr::Kind::kStep:
      return static_cast<double>(context.step()) / 1000;
    case DurationExpr::Kind::kRange:
      return static_cast<double>(context.end() - context.start()) / 1000;
    case DurationExpr::Kind::kBinary:
    case DurationExpr::Kind::kMinOf:
    case DurationExpr::Kind::kMaxOf:
      return OfTwo(context, expr);
  }
  return Fail(ErrorCode::kInternal, "unexpected duration expression");
}

Result<std::int64_t> Millis(const QueryContext& context, const DurationExpr& expr) {
  // 64 bits of nanoseconds, as Prometheus keeps durations.
  constexpr double kMostSeconds = 9'223'372'036;
  SW_TRY_ASSIGN(const double seconds, Seconds(context, expr));
  if (!(std::fabs(seconds) <= kMostSeconds)) {
    return Fail(ErrorCode::kInvalidArgument, "duration is out of range");
  }
  return static_cast<std::int64_t>(seconds * 1000);
}

}  // namespace

Result<ResolvedShift> ResolveShift(const QueryContext& context, const TimeShift& shift) {
  ResolvedShift resolved{.offset = shift.offset.count()};
  if (shift.offset_expr != nullptr) {
    SW_TRY_ASSIGN(resolved.offset, Millis(context, *shift.offset_expr));
  }
  switch (shift.at.kind) {
    case AtModifier::Kind::kNone:
      break;
    case AtModifier::Kind::kTime:
      resolved.at = ToUnixMillis(shift.at.at);
      break;
    case AtModifier::Kind::kStart:
      resolved.at = context.start();
      break;
    case AtModifier::Kind::kEnd:
      resolved.at = context.end();
      break;
  }
  return resolved;
}

Result<std::int64_t> ResolvePositive(const QueryContext& context,
                                     const DurationExpr* expr,
                                     Duration folded) {
  if (expr == nullptr) {
    return folded.count();
  }
  SW_TRY_ASSIGN(const std::int64_t millis, Millis(context, *expr));
  if (millis <= 0) {
    return Fail(ErrorCode::kInvalidArgument, "duration must be greater than 0");
  }
  return millis;
}

void WindowBounds::FindOnly(std::span<const std::int64_t> times,
                            const RangeSource& source,
                            std::int64_t at) {
  const std::int64_t end = source.WindowEnd(at);
  const auto high = std::ranges::upper_bound(times, end);
  const auto low = std::ranges::upper_bound(times.begin(), high, end - source.range());
  low_.assign(1, static_cast<std::uint32_t>(low - times.begin()));
  high_.assign(1, static_cast<std::uint32_t>(high - times.begin()));
}

void WindowBounds::Find(std::span<const std::int64_t> times,
                        const RangeSource& source,
                        const StepGrid& grid) {
  if (grid.count == 1) {
    FindOnly(times, source, grid.start);
    return;
  }
  if (!times_.empty() && std::ranges::equal(times, times_)) {
    return;
  }
  times_.assign(times.begin(), times.end());
  low_.resize(grid.count);
  high_.resize(grid.count);
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  for (std::size_t step = 0; step < grid.count; ++step) {
    const std::int64_t end = source.WindowEnd(grid.At(step));
    const std::int64_t start = end - source.range();
    while (high < times.size() && times[high] <= end) {
      ++high;
    }
    while (low < high && times[low] <= start) {
      ++low;
    }
    low_[step] = low;
    high_[step] = high;
  }
}

}  // namespace sidewatch::promql
