#pragma once

#include "exporter/base/result.h"
#include "exporter/promql/series_notation.h"

namespace sidewatch::promql {

/// `base` plus `sign` times `change`, in the schema of `base`.
///
/// Errors: kInvalidArgument if `change` is coarser than `base`, or if custom bounds or zero
///         thresholds differ.
Result<HistogramLiteral> AddHistograms(const HistogramLiteral& base,
                                       const HistogramLiteral& change,
                                       double sign);

}  // namespace sidewatch::promql
