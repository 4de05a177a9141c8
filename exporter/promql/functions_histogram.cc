#include "exporter/promql/classic_histograms.h"
#include "exporter/promql/evaluator.h"
#include "exporter/promql/function_tables.h"
#include "exporter/promql/row_reader.h"

namespace sidewatch::promql {
namespace {

/// For functions of native histograms. All samples here are floats, which these pass over.
Result<RowSourcePtr> EvalWithoutHistograms(Evaluator& evaluator, const Expr& call) {
  SW_TRY_ASSIGN(const RowSourcePtr vector, evaluator.Vector(*std::get<Call>(call.node).args[0]));
  SW_TRY(ReadRows(*vector, [](std::size_t /*row*/, RowView /*view*/) { return Status(); }));
  return RowSourcePtr(std::make_unique<Matrix>(evaluator.context(), evaluator.grid().count));
}

constexpr ValueType kScalarScalarVector[] = {
    ValueType::kScalar, ValueType::kScalar, ValueType::kInstantVector};
constexpr ValueType kScalarVector[] = {ValueType::kScalar, ValueType::kInstantVector};
constexpr ValueType kVector[] = {ValueType::kInstantVector};
constexpr ValueType kVectorStringScalars[] = {
    ValueType::kInstantVector, ValueType::kString, ValueType::kScalar, ValueType::kScalar};

constexpr Function kRows[] = {
    {.name = "histogram_avg",
     .args = kVector,
     .eval = &EvalWithoutHistograms,
     .summary = "Average of the observations of native histograms.",
     .example = "histogram_avg(rate(request_seconds[5m]))"},
    {.name = "histogram_count",
     .args = kVector,
     .eval = &EvalWithoutHistograms,
     .summary = "Number of observations of native histograms.",
     .example = "histogram_count(rate(request_seconds[5m]))"},
    {.name = "histogram_fraction",
     .args = kScalarScalarVector,
     .eval = &EvalHistogramFraction,
     .summary = "Estimated share of observations between two values.",
     .example = "histogram_fraction(0, 0.2, rate(request_seconds_bucket[5m]))"},
    {.name = "histogram_quantile",
     .args = kScalarVector,
     .eval = &EvalHistogramQuantile,
     .summary = "Estimated quantile of a histogram.",
     .example = "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[5m])))"},
    {.name = "histogram_quantiles",
     .args = kVectorStringScalars,
     .variadic = 9,
     .experimental = true,
     .eval = &EvalHistogramQuantiles,
     .summary = "Several estimated quantiles of a histogram, told apart by a label.",
     .example = "histogram_quantiles(rate(request_seconds_bucket[5m]), \"q\", 0.5, 0.9)"},
    {.name = "histogram_stddev",
     .args = kVector,
     .eval = &EvalWithoutHistograms,
     .summary = "Estimated standard deviation of native histograms.",
     .example = "histogram_stddev(rate(request_seconds[5m]))"},
    {.name = "histogram_stdvar",
     .args = kVector,
     .eval = &EvalWithoutHistograms,
     .summary = "Estimated variance of native histograms.",
     .example = "histogram_stdvar(rate(request_seconds[5m]))"},
    {.name = "histogram_sum",
     .args = kVector,
     .eval = &EvalWithoutHistograms,
     .summary = "Sum of the observations of native histograms.",
     .example = "histogram_sum(rate(request_seconds[5m]))"},
};

}  // namespace

std::span<const Function> HistogramFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
