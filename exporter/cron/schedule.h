#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>

#include <date/date.h>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace date {
class time_zone;
}  // namespace date

namespace sidewatch::cron {

/// Five fields of a crontab, read as Vixie's cron reads them: `0 2 * * mon-fri`, `*/15 * * * *`,
/// `@daily`.
///
/// A day holds if both of its fields do, or, when neither begins with `*`, if either does. Where
/// clocks go forward a skipped time counts at the end of the gap, and where they go back a repeated
/// one counts once; times of an hour field that begins with `*` come as often as the hour does.
class Schedule {
 public:
  /// Errors: kInvalidArgument naming the field, what stands there and what it may be.
  static Result<Schedule> Parse(std::string_view text);

  /// The latest time that is not after `at`. Nothing: none within nine years.
  std::optional<TimePoint> LastUntil(TimePoint at, const date::time_zone& zone) const;

  /// The earliest time after `at`. Nothing: none within nine years.
  std::optional<TimePoint> NextAfter(TimePoint at, const date::time_zone& zone) const;

 private:
  static constexpr std::size_t kMinutes = 60;
  static constexpr std::size_t kHours = 24;
  static constexpr std::size_t kDays = 32;
  static constexpr std::size_t kMonths = 13;
  static constexpr std::size_t kWeekdays = 8;

  bool HoldsDay(date::local_days day) const;
  std::optional<TimePoint> Within(date::local_days day,
                                  const date::time_zone& zone,
                                  TimePoint at,
                                  bool after) const;

  std::bitset<kMinutes> minutes_;
  std::bitset<kHours> hours_;
  std::bitset<kDays> days_;
  std::bitset<kMonths> months_;
  std::bitset<kWeekdays> weekdays_;
  bool any_hour_ = false;
  bool any_day_ = false;
  bool any_weekday_ = false;
};

}  // namespace sidewatch::cron
