#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// A moment as templates see it: with its time zone, and with Go's zero, the first day of year 1.
struct TimeValue {
  static constexpr std::int64_t kZeroSeconds = -62135596800;

  std::int64_t seconds = kZeroSeconds;  ///< Since 1970 in UTC.
  std::int32_t nanos = 0;
  std::int32_t offset_seconds = 0;  ///< East of UTC.
  std::string zone = "UTC";

  bool zero() const { return seconds == kZeroSeconds && nanos == 0; }

  bool operator==(const TimeValue&) const = default;
};

struct DurationValue {
  std::int64_t nanos = 0;

  bool operator==(const DurationValue&) const = default;
};

TimeValue ToTimeValue(TimePoint at);

/// `2015-06-23 13:19:44.128 +0000 UTC`.
std::string PrintTime(const TimeValue& at);

/// `2015-06-23T13:19:44.128Z`, as JSON has it.
std::string PrintTimeJson(const TimeValue& at);

/// `1h30m0s`, `1.5s`, `20ms`.
std::string PrintDuration(DurationValue duration);

/// Writes a time by a layout that shows how 2 January 2006, 15:04:05 -0700 would be written.
std::string FormatTime(const TimeValue& at, std::string_view layout);

/// Reads a time by such a layout. Errors: kInvalidArgument `parsing time "X" as "LAYOUT": …`.
Result<TimeValue> ParseTime(std::string_view layout, std::string_view text);

/// The same moment in another zone, e.g. `Europe/Paris`.
/// Errors: kNotFound `unknown time zone X`.
Result<TimeValue> InZone(const TimeValue& at, const std::string& zone);

/// The same moment in the zone of this machine; in UTC where that cannot be found out.
TimeValue InLocalZone(const TimeValue& at);

}  // namespace sidewatch::alerts::templates
