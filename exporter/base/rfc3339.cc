#include "exporter/base/rfc3339.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "exporter/base/civil_date.h"

namespace sidewatch {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

std::string FormatToSeconds(TimePoint at) {
  const auto day = floor<days>(at);
  const CivilDate date = CivilDateOf(day.time_since_epoch().count());
  const std::chrono::hh_mm_ss time(floor<seconds>(at - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                     date.year,
                     date.month,
                     date.day,
                     time.hours().count(),
                     time.minutes().count(),
                     time.seconds().count());
}

std::int64_t MillisOf(TimePoint at) {
  return (at - floor<seconds>(at)).count();
}

/// Takes exactly `width` digits from the front of `text`.
std::optional<int> TakeDigits(std::string_view& text, std::size_t width) {
  int value = 0;
  if (text.size() < width ||
      text.substr(0, width).find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::from_chars(text.data(), text.data() + width, value);
  text.remove_prefix(width);
  return value;
}

bool TakeChar(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> TakeDate(std::string_view& text) {
  const auto year = TakeDigits(text, 4);
  if (!year || !TakeChar(text, "-")) {
    return std::nullopt;
  }
  const auto month = TakeDigits(text, 2);
  if (!month || !TakeChar(text, "-")) {
    return std::nullopt;
  }
  const auto day = TakeDigits(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) {
    return std::nullopt;
  }
  return sys_days(date);
}

std::optional<seconds> TakeTime(std::string_view& text) {
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !TakeChar(text, ":")) {
    return std::nullopt;
  }
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59 || !TakeChar(text, ":")) {
    return std::nullopt;
  }
  const auto second = TakeDigits(text, 2);
  if (!second || *second > 59) {
    return std::nullopt;
  }
  return hours(*hour) + minutes(*minute) + seconds(*second);
}

std::optional<milliseconds> TakeFraction(std::string_view& text) {
  if (!TakeChar(text, ".")) {
    return milliseconds(0);
  }
  std::int64_t millis = 0;
  std::int64_t unit = 100;
  bool any = false;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    millis += (text.front() - '0') * unit;
    unit /= 10;
    any = true;
    text.remove_prefix(1);
  }
  return any ? std::optional(milliseconds(millis)) : std::nullopt;
}

std::optional<minutes> TakeOffset(std::string_view& text) {
  if (TakeChar(text, "Zz")) {
    return minutes(0);
  }
  const bool west = text.starts_with('-');
  if (!TakeChar(text, "+-")) {
    return std::nullopt;
  }
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !TakeChar(text, ":")) {
    return std::nullopt;
  }
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59) {
    return std::nullopt;
  }
  const minutes offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

}  // namespace

std::string FormatRfc3339(TimePoint at) {
  return fmt::format("{}.{:03}Z", FormatToSeconds(at), MillisOf(at));
}

std::string FormatRfc3339Nano(TimePoint at) {
  std::string text = FormatToSeconds(at);
  if (const std::int64_t millis = MillisOf(at); millis != 0) {
    text += fmt::format(".{:03}", millis);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + 'Z';
}

std::optional<TimePoint> ParseRfc3339(std::string_view text) {
  const auto day = TakeDate(text);
  if (!day || !TakeChar(text, "Tt")) {
    return std::nullopt;
  }
  const auto time = TakeTime(text);
  if (!time) {
    return std::nullopt;
  }
  const auto fraction = TakeFraction(text);
  if (!fraction) {
    return std::nullopt;
  }
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty()) {
    return std::nullopt;
  }
  return TimePoint(*day) + *time + *fraction - *offset;
}

}  // namespace sidewatch
