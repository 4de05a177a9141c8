#pragma once

#include "exporter/promql/range_source.h"

namespace sidewatch::promql {

// What the rows of functions_range.cc run; each evaluates all windows of one series.

// range_rates.cc
void EvalRate(const RangeRow& row, RowOut out);
void EvalIncrease(const RangeRow& row, RowOut out);
void EvalDelta(const RangeRow& row, RowOut out);
void EvalIrate(const RangeRow& row, RowOut out);
void EvalIdelta(const RangeRow& row, RowOut out);
void EvalChanges(const RangeRow& row, RowOut out);
void EvalResets(const RangeRow& row, RowOut out);

// range_aggregates.cc
void EvalAvgOverTime(const RangeRow& row, RowOut out);
void EvalSumOverTime(const RangeRow& row, RowOut out);
void EvalMinOverTime(const RangeRow& row, RowOut out);
void EvalMaxOverTime(const RangeRow& row, RowOut out);
void EvalCountOverTime(const RangeRow& row, RowOut out);
void EvalPresentOverTime(const RangeRow& row, RowOut out);
void EvalFirstOverTime(const RangeRow& row, RowOut out);
void EvalLastOverTime(const RangeRow& row, RowOut out);
void EvalStddevOverTime(const RangeRow& row, RowOut out);
void EvalStdvarOverTime(const RangeRow& row, RowOut out);
void EvalQuantileOverTime(const RangeRow& row, RowOut out);
void EvalMadOverTime(const RangeRow& row, RowOut out);
void EvalTsOfFirstOverTime(const RangeRow& row, RowOut out);
void EvalTsOfLastOverTime(const RangeRow& row, RowOut out);
void EvalTsOfMinOverTime(const RangeRow& row, RowOut out);
void EvalTsOfMaxOverTime(const RangeRow& row, RowOut out);

// range_trends.cc
void EvalDeriv(const RangeRow& row, RowOut out);
void EvalPredictLinear(const RangeRow& row, RowOut out);
void EvalDoubleExponentialSmoothing(const RangeRow& row, RowOut out);

}  // namespace sidewatch::promql
