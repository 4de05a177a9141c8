#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <set>

#include "exporter/promql/evaluator.h"
#include "exporter/promql/function_tables.h"
#include "exporter/promql/sorted_source.h"

namespace sidewatch::promql {
namespace {

const Call& CallOf(const Expr& expr) {
  return std::get<Call>(expr.node);
}

/// The labels that an absent series would have, as far as the matchers tell: those that are asked
/// for by exactly one `=`.
LabelSet LabelsOfAbsent(const Expr& argument) {
  const Expr* expr = &argument;
  if (const auto* range = std::get_if<MatrixSelector>(&expr->node)) {
    expr = range->selector.get();
  }
  const auto* selector = std::get_if<VectorSelector>(&expr->node);
  if (selector == nullptr) {
    return {};
  }
  LabelSetBuilder labels;
  std::set<std::string_view> seen;
  for (const Matcher& matcher : selector->matchers) {
    if (matcher.name() == kMetricName) {
      continue;
    }
    if (matcher.op() == MatchOp::kEqual && seen.insert(matcher.name()).second) {
      labels.Set(matcher.name(), matcher.value());
    } else {
      labels.Remove(matcher.name());
    }
  }
  return labels.Build();
}

/// 1 wherever `anything` is 0.
Result<RowSourcePtr> AbsentRow(Evaluator& evaluator,
                               const Expr& argument,
                               std::span<const std::uint8_t> anything) {
  auto result = std::make_unique<Matrix>(evaluator.context(), anything.size());
  SW_TRY(result->AddRow({.labels = LabelsOfAbsent(argument)}));
  for (std::size_t step = 0; step < anything.size(); ++step) {
    if (anything[step] == 0) {
      result->row(0).Put(step, 1);
    }
  }
  return RowSourcePtr(std::move(result));
}

Result<RowSourcePtr> EvalAbsent(Evaluator& evaluator, const Expr& call) {
  const Expr& argument = *CallOf(call).args[0];
  SW_TRY_ASSIGN(const RowSourcePtr vector, evaluator.Vector(argument));
  std::vector<std::uint8_t> anything(vector->steps());
  RowBuffer buffer(vector->steps());
  for (std::size_t row = 0; row < vector->size(); ++row) {
    SW_TRY(vector->Fill(row, buffer.out()));
    std::ranges::transform(anything, buffer.view().present, anything.begin(), std::bit_or<>());
  }
  return AbsentRow(evaluator, argument, anything);
}

Result<RowSourcePtr> EvalAbsentOverTime(Evaluator& evaluator, const Expr& call) {
  const Expr& argument = *CallOf(call).args[0];
  SW_TRY_ASSIGN(const std::unique_ptr<RangeSource> range, evaluator.Range(argument));
  std::vector<std::uint8_t> anything(evaluator.grid().count);
  storage::SampleColumns samples;
  WindowBounds bounds;
  for (std::size_t row = 0; row < range->heads().size(); ++row) {
    SW_TRY(range->Load(row, samples));
    bounds.Find(samples.times, *range, evaluator.grid());
    if (evaluator.context().counts_samples()) {
      evaluator.context().CountSamples(bounds.low(), bounds.high());
    }
    for (std::size_t step = 0; step < anything.size(); ++step) {
      anything[step] |= static_cast<std::uint8_t>(bounds.high()[step] > bounds.low()[step]);
    }
  }
  return AbsentRow(evaluator, Unwrap(argument), anything);
}

using OfTwo = double (*)(double, double);

Status EvalOfTwo(Evaluator& evaluator, const Expr& call, std::span<double> out, OfTwo choose) {
  SW_TRY_ASSIGN(const std::vector<double> first, evaluator.Scalar(*CallOf(call).args[0]));
  SW_TRY_ASSIGN(const std::vector<double> second, evaluator.Scalar(*CallOf(call).args[1]));
  for (std::size_t step = 0; step < out.size(); ++step) {
    const bool nan = std::isnan(first[step]) || std::isnan(second[step]);
    out[step] = nan ? std::numeric_limits<double>::quiet_NaN() : choose(first[step], second[step]);
  }
  return {};
}

Status EvalMaxOf(Evaluator& evaluator, const Expr& call, std::span<double> out) {
  return EvalOfTwo(evaluator, call, out, [](double a, double b) { return std::fmax(a, b); });
}

Status EvalMinOf(Evaluator& evaluator, const Expr& call, std::span<double> out) {
  return EvalOfTwo(evaluator, call, out, [](double a, double b) { return std::fmin(a, b); });
}

Status EvalPi(Evaluator& /*evaluator*/, const Expr& /*call*/, std::span<double> out) {
  std::ranges::fill(out, std::numbers::pi);
  return {};
}

Status EvalScalar(Evaluator& evaluator, const Expr& call, std::span<double> out) {
  SW_TRY_ASSIGN(const RowSourcePtr vector, evaluator.Vector(*CallOf(call).args[0]));
  std::vector<std::uint32_t> counts(out.size());
  RowBuffer buffer(out.size());
  std::ranges::fill(out, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t row = 0; row < vector->size(); ++row) {
    SW_TRY(vector->Fill(row, buffer.out()));
    for (std::size_t step = 0; step < out.size(); ++step) {
      if (buffer.view().present[step] != 0) {
        out[step] = ++counts[step] == 1 ? buffer.view().values[step]
                                        : std::numeric_limits<double>::quiet_NaN();
      }
    }
  }
  return {};
}

Result<RowSourcePtr> EvalVector(Evaluator& evaluator, const Expr& call) {
  SW_TRY_ASSIGN(const std::vector<double> values, evaluator.Scalar(*CallOf(call).args[0]));
  auto result = std::make_unique<Matrix>(evaluator.context(), values.size());
  SW_TRY(result->AddRow({}));
  for (std::size_t step = 0; step < values.size(); ++step) {
    result->row(0).Put(step, values[step]);
  }
  return RowSourcePtr(std::move(result));
}

/// NaN comes last, whichever way round.
Result<RowSourcePtr> SortByValue(Evaluator& evaluator, const Expr& call, bool descending) {
  return SortRows(evaluator, call, [descending](const Matrix& rows, std::size_t a, std::size_t b) {
    const double left = rows.view(a).values[0];
    const double right = rows.view(b).values[0];
    if (std::isnan(left) || std::isnan(right)) {
      return !std::isnan(left);
    }
    return descending ? left > right : left < right;
  });
}

Result<RowSourcePtr> EvalSort(Evaluator& evaluator, const Expr& call) {
  return SortByValue(evaluator, call, false);
}

Result<RowSourcePtr> EvalSortDesc(Evaluator& evaluator, const Expr& call) {
  return SortByValue(evaluator, call, true);
}

constexpr ValueType kRange[] = {ValueType::kRangeVector};
constexpr ValueType kScalar[] = {ValueType::kScalar};
constexpr ValueType kTwoScalars[] = {ValueType::kScalar, ValueType::kScalar};
constexpr ValueType kVector[] = {ValueType::kInstantVector};

constexpr Function kRows[] = {
    {.name = "absent",
     .args = kVector,
     .eval = &EvalAbsent,
     .summary = "1 if the vector is empty, else nothing.",
     .example = "absent(up{job=\"app\"})"},
    {.name = "absent_over_time",
     .args = kRange,
     .eval = &EvalAbsentOverTime,
     .summary = "1 if the range vector is empty, else nothing.",
     .example = "absent_over_time(up{job=\"app\"}[10m])"},
    {.name = "max_of",
     .args = kTwoScalars,
     .returns = ValueType::kScalar,
     .experimental = true,
     .eval = &EvalMaxOf,
     .summary = "The larger of two scalars.",
     .example = "max_of(1, 2)"},
    {.name = "min_of",
     .args = kTwoScalars,
     .returns = ValueType::kScalar,
     .experimental = true,
     .eval = &EvalMinOf,
     .summary = "The smaller of two scalars.",
     .example = "min_of(1, 2)"},
    {.name = "pi",
     .returns = ValueType::kScalar,
     .eval = &EvalPi,
     .summary = "The circle number.",
     .example = "pi()"},
    {.name = "scalar",
     .args = kVector,
     .returns = ValueType::kScalar,
     .eval = &EvalScalar,
     .summary = "The value of a vector of exactly one series, else NaN.",
     .example = "scalar(count(up))"},
    {.name = "sort",
     .args = kVector,
     .keeps_name = true,
     .eval = &EvalSort,
     .summary = "Instant result in ascending order of values.",
     .example = "sort(queue_length)"},
    {.name = "sort_desc",
     .args = kVector,
     .keeps_name = true,
     .eval = &EvalSortDesc,
     .summary = "Instant result in descending order of values.",
     .example = "sort_desc(queue_length)"},
    {.name = "vector",
     .args = kScalar,
     .eval = &EvalVector,
     .summary = "The scalar as a vector of one series without labels.",
     .example = "vector(1)"},
};

}  // namespace

std::span<const Function> VectorFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
