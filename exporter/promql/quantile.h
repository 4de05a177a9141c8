#pragma once

#include <span>

namespace sidewatch::promql {

/// The q-quantile with linear interpolation, NaN counted as the smallest. Reorders `values`.
/// No values or q NaN: NaN; q below 0: -Inf; above 1: +Inf.
double Quantile(double q, std::span<double> values);

}  // namespace sidewatch::promql
