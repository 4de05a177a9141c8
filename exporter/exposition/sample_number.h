#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace sidewatch::exposition {

/// A sample's value, or the sentence that says why it is none.
struct ParsedNumber {
  double value = 0;
  std::string problem;  ///< Empty: `value` holds.
};

/// Reads a value; every NaN becomes the normal one, so that no page can write a stale marker.
ParsedNumber ParseSampleNumber(std::string_view text);

/// The short cut for plain decimals that fit a double's mantissa, which is nearly every value.
/// Nothing: ask ParseSampleNumber.
std::optional<double> ParseShortNumber(std::string_view text);

/// Seconds with a fraction as a time, cut to milliseconds; what is beyond all time is its end.
TimePoint FromSeconds(double seconds);

}  // namespace sidewatch::exposition
