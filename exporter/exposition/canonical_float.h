#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// True for `le` of a histogram and `quantile` of a summary, the labels whose value is a number.
bool IsNumberLabel(MetricType type, std::string_view label);

/// True if `text` already is the number that it stands for as OpenMetrics writes it; may say false
/// of one that is. The cheap check before AppendCanonicalFloat.
bool IsSurelyCanonical(std::string_view text);

/// Appends the number that `text` stands for as OpenMetrics (and Go's %g) writes it: `1` as `1.0`,
/// `1000000` as `1e+06`, `+Inf`. What is no number is appended as it is.
void AppendCanonicalFloat(std::string& out, std::string_view text);

}  // namespace sidewatch::exposition
