#pragma once

#include <optional>
#include <string_view>

namespace sidewatch::postgres {

/// Whole milliseconds of a duration as Go writes it: `1h15m30.918s`, `250ms`, `-1.5h`, `0`.
/// Nothing: not one, or of more than 292 years.
std::optional<double> ParseGoMilliseconds(std::string_view text);

}  // namespace sidewatch::postgres
