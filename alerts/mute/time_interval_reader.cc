#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <date/tz.h>
#include <fmt/format.h>

#include "alerts/mute/time_interval.h"
#include "exporter/base/number.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

constexpr std::array<std::string_view, 7> kWeekdays = {
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"january",
                                                      "february",
                                                      "march",
                                                      "april",
                                                      "may",
                                                      "june",
                                                      "july",
                                                      "august",
                                                      "september",
                                                      "october",
                                                      "november",
                                                      "december"};
constexpr int kMinutesInDay = 24 * 60;
constexpr int kDaysInMonth = 31;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

template <std::size_t kCount>
std::optional<int> IndexOf(const std::array<std::string_view, kCount>& names,
                           std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  return found == names.end() ? std::nullopt
                              : std::optional<int>(static_cast<int>(found - names.begin()));
}

std::optional<int> WholeNumber(std::string_view text) {
  const auto number = ParseInteger(text);
  constexpr std::int64_t kLimit = 1'000'000;
  return number && *number > -kLimit && *number < kLimit
             ? std::optional<int>(static_cast<int>(*number))
             : std::nullopt;
}

Result<int> ReadWeekday(std::string_view text) {
  if (const auto day = IndexOf(kWeekdays, text)) {
    return *day;
  }
  return Fail(ErrorCode::kInvalidArgument, "{} is not a valid weekday", text);
}

Result<int> ReadMonth(std::string_view text) {
  if (const auto month = IndexOf(kMonths, text)) {
    return *month + 1;
  }
  const auto number = WholeNumber(text);
  if (number && *number >= 1 && *number <= static_cast<int>(kMonths.size())) {
    return *number;
  }
  return Fail(ErrorCode::kInvalidArgument, "{} is not a valid month", text);
}

Result<int> ReadDayOfMonth(std::string_view text) {
  const auto day = WholeNumber(text);
  if (!day) {
    return Fail(ErrorCode::kInvalidArgument, "{} is not a valid day of the month", text);
  }
  if (*day == 0 || *day < -kDaysInMonth || *day > kDaysInMonth) {
    return Fail(
        ErrorCode::kInvalidArgument, "{} is not a valid day of the month: out of range", text);
  }
  return *day;
}

Result<int> ReadYear(std::string_view text) {
  if (const auto year = WholeNumber(text); year && *year >= 0) {
    return *year;
  }
  return Fail(ErrorCode::kInvalidArgument, "{} is not a valid year", text);
}

/// Each checks the order of a range; the texts are for the message.
std::string CheckWeekdays(const IntRange& range, std::string_view, std::string_view) {
  return range.begin > range.end ? "start day cannot be before end day" : "";
}

std::string CheckDays(const IntRange& range, std::string_view, std::string_view) {
  if (range.begin < 0 && range.end > 0) {
    return "end day must be negative if start day is negative";
  }
  // Held against the longest month: what is empty there is empty in all.
  const auto from_start = [](int day) {
    return day < 0 ? kDaysInMonth + day + 1 : day;
  };
  if (from_start(range.begin) > from_start(range.end)) {
    return fmt::format("end day {} is always before start day {}", range.end, range.begin);
  }
  return "";
}

std::string CheckMonths(const IntRange& range, std::string_view begin, std::string_view end) {
  return range.begin > range.end ? fmt::format("end month {} is before start month {}", end, begin)
                                 : "";
}

std::string CheckYears(const IntRange& range, std::string_view begin, std::string_view end) {
  return range.begin > range.end ? fmt::format("end year {} is before start year {}", end, begin)
                                 : "";
}

struct RangeField {
  std::string_view key;
  std::vector<IntRange> TimeInterval::*ranges;
  Result<int> (*read)(std::string_view text);
  std::string (*check)(const IntRange& range, std::string_view begin, std::string_view end);
};

constexpr RangeField kFields[] = {
    {"weekdays", &TimeInterval::weekdays, &ReadWeekday, &CheckWeekdays},
    {"days_of_month", &TimeInterval::days_of_month, &ReadDayOfMonth, &CheckDays},
    {"months", &TimeInterval::months, &ReadMonth, &CheckMonths},
    {"years", &TimeInterval::years, &ReadYear, &CheckYears},
};

Result<IntRange> ReadRange(const RangeField& field, std::string_view text) {
  const std::string lower = Lower(text);
  const std::string_view whole = lower;
  const std::size_t colon = whole.find(':');
  const std::string_view begin = whole.substr(0, colon);
  const std::string_view end = colon == std::string_view::npos ? begin : whole.substr(colon + 1);
  IntRange range;
  SW_TRY_ASSIGN(range.begin, field.read(begin));
  SW_TRY_ASSIGN(range.end, field.read(end));
  if (std::string wrong = field.check(range, begin, end); !wrong.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "{}", wrong);
  }
  return range;
}

void ReadField(MapReader& map, const RangeField& field, TimeInterval& out) {
  const std::optional<Node> node = map.Get(field.key);
  if (!node || node->is_null() || !config::ExpectList(*node, map.diagnostics())) {
    return;
  }
  for (const Node& item : node->items()) {
    std::string text;
    config::ReadValue(item, map.diagnostics(), text);
    const Result<IntRange> range = ReadRange(field, text);
    if (range) {
      (out.*field.ranges).push_back(*range);
    } else {
      map.diagnostics().Error(item.position(), range.error().message);
    }
  }
}

/// `HH:MM`, up to 24:00.
Result<int> ReadMinute(std::string_view text) {
  const auto digits = [&](std::size_t at) -> int {
    const char high = text[at];
    const char low = text[at + 1];
    const bool fine = high >= '0' && high <= '9' && low >= '0' && low <= '9';
    return fine ? (high - '0') * 10 + (low - '0') : -1;
  };
  constexpr int kHour = 60;
  if (text.size() == 5 && text[2] == ':') {
    const int hour = digits(0);
    const int minute = digits(3);
    const int total = hour * kHour + minute;
    if (hour >= 0 && minute >= 0 && minute < kHour && total <= kMinutesInDay) {
      return total;
    }
  }
  return Fail(ErrorCode::kInvalidArgument, "couldn't parse timestamp {}, invalid format", text);
}

void ReadTime(const Node& node, Diagnostics& diagnostics, TimeInterval& out) {
  MapReader map(node, diagnostics);
  std::string begin_text;
  std::string end_text;
  map.Read("start_time", begin_text);
  map.Read("end_time", end_text);
  if (begin_text.empty() || end_text.empty()) {
    map.Error("both start and end times must be provided");
    return;
  }
  const Result<int> begin = ReadMinute(begin_text);
  const Result<int> end = ReadMinute(end_text);
  if (!begin || !end) {
    map.ErrorAt(begin ? "end_time" : "start_time", (begin ? end : begin).error().message);
    return;
  }
  if (*begin >= *end) {
    map.ErrorAt("end_time", "start time cannot be equal or greater than end time");
    return;
  }
  out.minutes.push_back({*begin, *end - 1});
}

void ReadLocation(MapReader& map, TimeInterval& out) {
  std::string name;
  if (!map.Read("location", name) || name.empty() || name == "UTC") {
    return;
  }
  try {
    out.zone = name == "Local" ? date::current_zone() : date::locate_zone(name);
  } catch (const std::runtime_error&) {
    map.ErrorAt("location",
                fmt::format("unknown time zone \"{}\": expected a name of the IANA time zone "
                            "database, such as Europe/Berlin, installed under /usr/share/zoneinfo",
                            name));
  }
}

}  // namespace

void ReadValue(const Node& node, Diagnostics& diagnostics, TimeInterval& out) {
  MapReader map(node, diagnostics);
  for (const RangeField& field : kFields) {
    ReadField(map, field, out);
  }
  const std::optional<Node> times = map.Get("times");
  if (times && !times->is_null() && config::ExpectList(*times, diagnostics)) {
    for (const Node& item : times->items()) {
      ReadTime(item, diagnostics, out);
    }
  }
  ReadLocation(map, out);
}

void TimeIntervals::ReadList(const Node& node, std::string_view kind, Diagnostics& diagnostics) {
  if (node.is_null() || !config::ExpectList(node, diagnostics)) {
    return;
  }
  for (const Node& item : node.items()) {
    MapReader map(item, diagnostics);
    std::string name;
    std::vector<TimeInterval> intervals;
    map.Read("name", name);
    map.Read("time_intervals", intervals);
    if (name.empty()) {
      map.Error(fmt::format("missing name in {}", kind));
    } else if (!by_name_.try_emplace(name, std::move(intervals)).second) {
      map.ErrorAt("name", fmt::format("{} \"{}\" is not unique", kind, name));
    }
  }
}

TimeIntervals TimeIntervals::Read(const Node& intervals,
                                  const Node& mute_intervals,
                                  Diagnostics& diagnostics) {
  TimeIntervals read;
  read.ReadList(mute_intervals, "mute time interval", diagnostics);
  read.ReadList(intervals, "time interval", diagnostics);
  return read;
}

}  // namespace sidewatch::alerts
