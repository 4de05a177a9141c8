#pragma once

#include "exporter/promql/evaluator.h"

namespace sidewatch::promql {

// What the rows of functions_histogram.cc run, on classic histograms: series per bucket, with the
// label `le`.
Result<RowSourcePtr> EvalHistogramQuantile(Evaluator& evaluator, const Expr& call);
Result<RowSourcePtr> EvalHistogramQuantiles(Evaluator& evaluator, const Expr& call);
Result<RowSourcePtr> EvalHistogramFraction(Evaluator& evaluator, const Expr& call);

}  // namespace sidewatch::promql
