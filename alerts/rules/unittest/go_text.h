#pragma once

#include <string>

#include "exporter/base/clock.h"

namespace sidewatch::alerts::rules::unittest {

/// A duration as Go prints it: `0s`, `1m30s`, `1h0m0s`, `500ms`.
std::string GoDuration(Duration duration);

/// The shortest digits that read back equal, with an exponent: `1E+00`, `NaN`, `+Inf`.
std::string GoExponent(double value);

}  // namespace sidewatch::alerts::rules::unittest
