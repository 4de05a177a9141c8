#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "exporter/promql/evaluator.h"
#include "exporter/promql/function_tables.h"

namespace sidewatch::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Values changed by two scalars, which may differ from step to step.
class ScaledSource final : public RowSource {
 public:
  using Change = void (*)(RowOut row, std::size_t step, double first, double second);

  struct Scalars {
    std::vector<double> first;
    std::vector<double> second;
  };

  ScaledSource(RowSourcePtr inner, Scalars scalars, Change change)
      : RowSource(inner->steps()),
        inner_(std::move(inner)),
        scalars_(std::move(scalars)),
        change_(change) {
    heads_ = inner_->TakeHeads();
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(inner_->Fill(row, out));
    for (std::size_t step = 0; step < out.steps(); ++step) {
      change_(out, step, scalars_.first[step], scalars_.second[step]);
    }
    return {};
  }

 private:
  RowSourcePtr inner_;
  Scalars scalars_;
  Change change_;
};

/// The smaller one, as Go has it: -Inf is smaller than NaN, which is smaller than any number, and
/// -0 is smaller than 0.
double Smaller(double a, double b) {
  if (a == -kInfinity || b == -kInfinity) {
    return -kInfinity;
  }
  if (std::isnan(a) || std::isnan(b)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return a < b || (a == b && std::signbit(a)) ? a : b;
}

double Larger(double a, double b) {
  return -Smaller(-a, -b);
}

void Limit(RowOut row, std::size_t step, double least, double most) {
  if (most < least) {
    row.present[step] = 0;
  } else {
    row.values[step] = Larger(least, Smaller(most, row.values[step]));
  }
}

void LimitBelow(RowOut row, std::size_t step, double least, double /*unused*/) {
  row.values[step] = Larger(least, row.values[step]);
}

void LimitAbove(RowOut row, std::size_t step, double most, double /*unused*/) {
  row.values[step] = Smaller(most, row.values[step]);
}

void RoundTo(RowOut row, std::size_t step, double to, double /*unused*/) {
  // The inverse loses less precision than a division by `to`.
  const double inverse = 1 / to;
  row.values[step] = std::floor(row.values[step] * inverse + 0.5) / inverse;
}

/// The scalar argument `index` of a call, or `missing` for all steps.
Result<std::vector<double>> Argument(Evaluator& evaluator,
                                     const Call& call,
                                     std::size_t index,
                                     double missing) {
  if (index == 0 || index >= call.args.size()) {
    return std::vector<double>(evaluator.grid().count, missing);
  }
  return evaluator.Scalar(*call.args[index]);
}

struct ScaledCall {
  ScaledSource::Change change = nullptr;
  std::size_t first_argument = 0;  ///< 0: none, the value is `first_missing`.
  double first_missing = 0;
  std::size_t second_argument = 0;
  double second_missing = 0;
};

Result<RowSourcePtr> EvalScaled(Evaluator& evaluator, const Expr& expr, const ScaledCall& how) {
  const auto& call = std::get<Call>(expr.node);
  SW_TRY_ASSIGN(RowSourcePtr vector, evaluator.Vector(*call.args[0]));
  ScaledSource::Scalars scalars;
  SW_TRY_ASSIGN(scalars.first, Argument(evaluator, call, how.first_argument, how.first_missing));
  SW_TRY_ASSIGN(scalars.second, Argument(evaluator, call, how.second_argument, how.second_missing));
  return evaluator.DropNames(
      std::make_unique<ScaledSource>(std::move(vector), std::move(scalars), how.change));
}

Result<RowSourcePtr> EvalClamp(Evaluator& evaluator, const Expr& call) {
  return EvalScaled(evaluator, call, {.change = &Limit, .first_argument = 1, .second_argument = 2});
}

Result<RowSourcePtr> EvalClampMin(Evaluator& evaluator, const Expr& call) {
  return EvalScaled(evaluator, call, {.change = &LimitBelow, .first_argument = 1});
}

Result<RowSourcePtr> EvalClampMax(Evaluator& evaluator, const Expr& call) {
  return EvalScaled(evaluator, call, {.change = &LimitAbove, .first_argument = 1});
}

Result<RowSourcePtr> EvalRound(Evaluator& evaluator, const Expr& call) {
  return EvalScaled(evaluator, call, {.change = &RoundTo, .first_argument = 1, .first_missing = 1});
}

constexpr ValueType kVector[] = {ValueType::kInstantVector};
constexpr ValueType kVectorScalar[] = {ValueType::kInstantVector, ValueType::kScalar};
constexpr ValueType kVectorScalarScalar[] = {
    ValueType::kInstantVector, ValueType::kScalar, ValueType::kScalar};

constexpr Function kRows[] = {
    {.name = "abs",
     .args = kVector,
     .eval = MapEval([](double v) { return std::fabs(v); }),
     .summary = "Absolute value.",
     .example = "abs(temperature_celsius)"},
    {.name = "acos",
     .args = kVector,
     .eval = MapEval([](double v) { return std::acos(v); }),
     .summary = "Arccosine in radians.",
     .example = "acos(temperature_celsius)"},
    {.name = "acosh",
     .args = kVector,
     .eval = MapEval([](double v) { return std::acosh(v); }),
     .summary = "Inverse hyperbolic cosine.",
     .example = "acosh(temperature_celsius)"},
    {.name = "asin",
     .args = kVector,
     .eval = MapEval([](double v) { return std::asin(v); }),
     .summary = "Arcsine in radians.",
     .example = "asin(temperature_celsius)"},
    {.name = "asinh",
     .args = kVector,
     .eval = MapEval([](double v) { return std::asinh(v); }),
     .summary = "Inverse hyperbolic sine.",
     .example = "asinh(temperature_celsius)"},
    {.name = "atan",
     .args = kVector,
     .eval = MapEval([](double v) { return std::atan(v); }),
     .summary = "Arctangent in radians.",
     .example = "atan(temperature_celsius)"},
    {.name = "atanh",
     .args = kVector,
     .eval = MapEval([](double v) { return std::atanh(v); }),
     .summary = "Inverse hyperbolic tangent.",
     .example = "atanh(temperature_celsius)"},
    {.name = "ceil",
     .args = kVector,
     .eval = MapEval([](double v) { return std::ceil(v); }),
     .summary = "Rounds up to an integer.",
     .example = "ceil(temperature_celsius)"},
    {.name = "clamp",
     .args = kVectorScalarScalar,
     .eval = &EvalClamp,
     .summary = "Limits values to the range from min to max; nothing if min is above max.",
     .example = "clamp(queue_length, 0, 100)"},
    {.name = "clamp_max",
     .args = kVectorScalar,
     .eval = &EvalClampMax,
     .summary = "Limits values from above.",
     .example = "clamp_max(queue_length, 100)"},
    {.name = "clamp_min",
     .args = kVectorScalar,
     .eval = &EvalClampMin,
     .summary = "Limits values from below.",
     .example = "clamp_min(free_bytes, 0)"},
    {.name = "cos",
     .args = kVector,
     .eval = MapEval([](double v) { return std::cos(v); }),
     .summary = "Cosine of radians.",
     .example = "cos(temperature_celsius)"},
    {.name = "cosh",
     .args = kVector,
     .eval = MapEval([](double v) { return std::cosh(v); }),
     .summary = "Hyperbolic cosine.",
     .example = "cosh(temperature_celsius)"},
    {.name = "deg",
     .args = kVector,
     .eval = MapEval([](double v) { return v * 180 / std::numbers::pi; }),
     .summary = "Radians as degrees.",
     .example = "deg(temperature_celsius)"},
    {.name = "exp",
     .args = kVector,
     .eval = MapEval([](double v) { return std::exp(v); }),
     .summary = "e to the power of the value.",
     .example = "exp(temperature_celsius)"},
    {.name = "floor",
     .args = kVector,
     .eval = MapEval([](double v) { return std::floor(v); }),
     .summary = "Rounds down to an integer.",
     .example = "floor(temperature_celsius)"},
    {.name = "ln",
     .args = kVector,
     .eval = MapEval([](double v) { return std::log(v); }),
     .summary = "Natural logarithm.",
     .example = "ln(temperature_celsius)"},
    {.name = "log10",
     .args = kVector,
     .eval = MapEval([](double v) { return std::log10(v); }),
     .summary = "Decimal logarithm.",
     .example = "log10(temperature_celsius)"},
    {.name = "log2",
     .args = kVector,
     .eval = MapEval([](double v) { return std::log2(v); }),
     .summary = "Binary logarithm.",
     .example = "log2(temperature_celsius)"},
    {.name = "rad",
     .args = kVector,
     .eval = MapEval([](double v) { return v * std::numbers::pi / 180; }),
     .summary = "Degrees as radians.",
     .example = "rad(temperature_celsius)"},
    {.name = "round",
     .args = kVectorScalar,
     .variadic = 1,
     .eval = &EvalRound,
     .summary = "Rounds to the nearest multiple, halves up; to integers unless told otherwise.",
     .example = "round(temperature_celsius, 0.5)"},
    {.name = "sgn",
     .args = kVector,
     .eval = MapEval([](double v) { return v < 0   ? -1.0
                                           : v > 0 ? 1.0
                                                   : v; }),
     .summary = "-1, 0 or 1 by the sign.",
     .example = "sgn(temperature_celsius)"},
    {.name = "sin",
     .args = kVector,
     .eval = MapEval([](double v) { return std::sin(v); }),
     .summary = "Sine of radians.",
     .example = "sin(temperature_celsius)"},
    {.name = "sinh",
     .args = kVector,
     .eval = MapEval([](double v) { return std::sinh(v); }),
     .summary = "Hyperbolic sine.",
     .example = "sinh(temperature_celsius)"},
    {.name = "sqrt",
     .args = kVector,
     .eval = MapEval([](double v) { return std::sqrt(v); }),
     .summary = "Square root.",
     .example = "sqrt(temperature_celsius)"},
    {.name = "tan",
     .args = kVector,
     .eval = MapEval([](double v) { return std::tan(v); }),
     .summary = "Tangent of radians.",
     .example = "tan(temperature_celsius)"},
    {.name = "tanh",
     .args = kVector,
     .eval = MapEval([](double v) { return std::tanh(v); }),
     .summary = "Hyperbolic tangent.",
     .example = "tanh(temperature_celsius)"},
};

}  // namespace

std::span<const Function> MathFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
