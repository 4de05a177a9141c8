#pragma once

#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch {

/// Reads a duration as Prometheus writes it: `1h30m`, `15s`, `500ms`, `0`.
///
/// Shape:  number-unit pairs in the order y w d h m s ms, each at most once; 1d = 24h, 1w = 7d, 1y
/// = 365d. Errors: kInvalidArgument `not a valid duration string: "X"`, `empty duration string`,
///         `unknown unit "U" in duration "X"`, `duration out of range` (over 64 bits of
///         nanoseconds), as Prometheus words them.
Result<Duration> ParseDuration(std::string_view text);

/// Writes a duration as Prometheus does: the largest units that divide it, `1h30m`, `0s` for none.
std::string FormatDuration(Duration duration);

}  // namespace sidewatch
