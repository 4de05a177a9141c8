#pragma once

#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::rules::unittest {

/// A text in double quotes with escapes, as Go's %q writes it.
std::string GoQuote(std::string_view text);

/// A duration as Go prints it: `0s`, `1m30s`, `1h0m0s`, `500ms`.
std::string GoDuration(Duration duration);

/// The shortest digits that read back equal, with an exponent: `1E+00`, `NaN`, `+Inf`.
std::string GoExponent(double value);

/// `{__name__="up", job="a"}`: the name stands among the labels, as in test reports.
std::string LabelsText(const LabelSet& labels);

}  // namespace sidewatch::alerts::rules::unittest
