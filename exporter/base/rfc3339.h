#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace sidewatch {

/// `2026-01-02T03:04:05.678Z`: UTC with exactly three digits, as logs and the Alertmanager API
/// write it.
std::string FormatRfc3339(TimePoint at);

/// `2026-01-02T03:04:05.678Z` without trailing zeros in the fraction (`…05Z` for none), as Go
/// prints it.
std::string FormatRfc3339Nano(TimePoint at);

/// Reads RFC 3339 with any fraction and any offset, cut to milliseconds. Nothing: not such a time.
std::optional<TimePoint> ParseRfc3339(std::string_view text);

}  // namespace sidewatch
