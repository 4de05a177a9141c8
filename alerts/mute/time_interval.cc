#include "alerts/mute/time_interval.h"

#include <algorithm>

#include <date/date.h>
#include <date/tz.h>

namespace sidewatch::alerts {
namespace {

bool Holds(std::span<const IntRange> ranges, int value) {
  return ranges.empty() || std::ranges::any_of(ranges, [value](const IntRange& range) {
           return range.begin <= value && value <= range.end;
         });
}

/// Day -1 is the last of the month; what lies outside of the month is cut to it.
bool HoldsDay(std::span<const IntRange> ranges, int day, int days_in_month) {
  const auto from_start = [days_in_month](int given) {
    return given < 0 ? days_in_month + given + 1 : given;
  };
  return ranges.empty() || std::ranges::any_of(ranges, [&](const IntRange& range) {
           return range.begin <= days_in_month && from_start(range.begin) <= day &&
                  day <= from_start(range.end);
         });
}

date::local_time<Duration> ToLocal(const date::time_zone* zone, TimePoint at) {
  return zone == nullptr ? date::local_time<Duration>(at.time_since_epoch()) : zone->to_local(at);
}

}  // namespace

bool TimeInterval::Contains(TimePoint at) const {
  const auto local = ToLocal(zone, at);
  const auto day = date::floor<date::days>(local);
  const date::year_month_day ymd(day);
  const date::year_month_day last(ymd.year() / ymd.month() / date::last);
  const auto minute = std::chrono::duration_cast<std::chrono::minutes>(local - day).count();
  return Holds(minutes, static_cast<int>(minute)) &&
         Holds(weekdays, static_cast<int>(date::weekday(day).c_encoding())) &&
         HoldsDay(days_of_month,
                  static_cast<int>(static_cast<unsigned>(ymd.day())),
                  static_cast<int>(static_cast<unsigned>(last.day()))) &&
         Holds(months, static_cast<int>(static_cast<unsigned>(ymd.month()))) &&
         Holds(years, static_cast<int>(ymd.year()));
}

std::set<std::string, std::less<>> TimeIntervals::Names() const {
  std::set<std::string, std::less<>> names;
  for (const auto& [name, intervals] : by_name_) {
    names.insert(name);
  }
  return names;
}

std::vector<std::string> TimeIntervals::Holding(std::span<const std::string> names,
                                                TimePoint at) const {
  std::vector<std::string> holding;
  for (const std::string& name : names) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end() &&
        std::ranges::any_of(found->second,
                            [at](const TimeInterval& interval) { return interval.Contains(at); })) {
      holding.push_back(name);
    }
  }
  return holding;
}

}  // namespace sidewatch::alerts
