#include "exporter/cron/schedule.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include <date/tz.h>
#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::cron {
namespace {

// 29 February of a leap year may be eight years away: 2096 to 2104.
constexpr int kFarthestDays = 9 * 366;

constexpr std::array<std::string_view, 13> kMonthNames = {
    "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {
    "sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct Field {
  std::string_view name;
  int low;
  int high;
  std::span<const std::string_view> names;
};

constexpr std::array kFields = {
    Field{"minute", 0, 59, {}},
    Field{"hour", 0, 23, {}},
    Field{"day of month", 1, 31, {}},
    Field{"month", 1, 12, kMonthNames},
    Field{"day of week", 0, 7, kWeekdayNames},
};

struct Macro {
  std::string_view name;
  std::string_view fields;
};

constexpr std::array kMacros = {
    Macro{"@yearly", "0 0 1 1 *"},
    Macro{"@annually", "0 0 1 1 *"},
    Macro{"@monthly", "0 0 1 * *"},
    Macro{"@weekly", "0 0 * * 0"},
    Macro{"@daily", "0 0 * * *"},
    Macro{"@midnight", "0 0 * * *"},
    Macro{"@hourly", "0 * * * *"},
};

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) {
      words.push_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::optional<int> ReadPoint(std::string_view text, const Field& field) {
  const std::string lower = Lower(text);
  const auto named = std::ranges::find(field.names, std::string_view(lower));
  if (!lower.empty() && named != field.names.end()) {
    return static_cast<int>(named - field.names.begin());
  }
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  const auto number = digits ? ParseInteger(text) : std::nullopt;
  if (!number || *number < field.low || *number > field.high) {
    return std::nullopt;
  }
  return static_cast<int>(*number);
}

/// One of a list: `*`, `7`, `1-5`, each perhaps with `/2`.
template <std::size_t kSize>
bool AddItem(std::string_view item, const Field& field, std::bitset<kSize>& out) {
  const std::size_t slash = item.find('/');
  int step = 1;
  if (slash != std::string_view::npos) {
    const Field any{.name = field.name, .low = 1, .high = field.high, .names = {}};
    const auto given = ReadPoint(item.substr(slash + 1), any);
    if (!given) {
      return false;
    }
    step = *given;
  }
  const std::string_view range = item.substr(0, slash);
  const std::size_t dash = range.find('-');
  std::optional<int> low = field.low;
  std::optional<int> high = field.high;
  if (range != "*") {
    low = ReadPoint(range.substr(0, dash), field);
    if (dash != std::string_view::npos) {
      high = ReadPoint(range.substr(dash + 1), field);
    } else if (slash == std::string_view::npos) {
      high = low;
    }
  }
  if (!low || !high || *low > *high) {
    return false;
  }
  for (int value = *low; value <= *high; value += step) {
    out.set(static_cast<std::size_t>(value));
  }
  return true;
}

template <std::size_t kSize>
Status ReadField(std::string_view text, const Field& field, std::bitset<kSize>& out) {
  for (const std::string_view item : Split(text, ",")) {
    if (!AddItem(item, field, out)) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the {} \"{}\": expected *, {}-{}{}, a range such as {}-{}, a list, or a step "
                  "such as */2",
                  field.name,
                  text,
                  field.low,
                  field.high,
                  field.names.empty() ? "" : " or a name such as " + std::string(field.names[1]),
                  field.low,
                  field.low + 2);
    }
  }
  return {};
}

/// The instants of one local time; see Schedule for those that are skipped or repeated.
void AddInstants(const date::time_zone& zone,
                 date::local_time<std::chrono::minutes> local,
                 bool any_hour,
                 std::vector<TimePoint>& out) {
  const auto info = zone.get_info(local);
  const auto at = [local](const date::sys_info& in) {
    return TimePoint(std::chrono::milliseconds(local.time_since_epoch() - in.offset));
  };
  if (info.result == date::local_info::nonexistent) {
    if (!any_hour) {
      out.emplace_back(info.second.begin);
    }
    return;
  }
  out.push_back(at(info.first));
  if (info.result == date::local_info::ambiguous && any_hour) {
    out.push_back(at(info.second));
  }
}

}  // namespace

Result<Schedule> Schedule::Parse(std::string_view text) {
  std::vector<std::string_view> words = Split(text, " \t");
  if (words.size() == 1 && words[0].starts_with('@')) {
    const auto* macro = std::ranges::find(kMacros, std::string_view(Lower(words[0])), &Macro::name);
    if (macro == kMacros.end()) {
      return Fail(ErrorCode::kInvalidArgument,
                  "\"{}\" is not known: expected @hourly, @daily, @weekly, @monthly or @yearly",
                  words[0]);
    }
    words = Split(macro->fields, " ");
  }
  if (words.size() != kFields.size()) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"{}\" has {} fields: expected five, minute hour day-of-month month day-of-week, "
                "such as 0 2 * * *",
                text,
                words.size());
  }
  Schedule schedule;
  SW_TRY(ReadField(words[0], kFields[0], schedule.minutes_));
  SW_TRY(ReadField(words[1], kFields[1], schedule.hours_));
  SW_TRY(ReadField(words[2], kFields[2], schedule.days_));
  SW_TRY(ReadField(words[3], kFields[3], schedule.months_));
  SW_TRY(ReadField(words[4], kFields[4], schedule.weekdays_));
  schedule.any_hour_ = words[1].starts_with('*');
  schedule.any_day_ = words[2].starts_with('*');
  schedule.any_weekday_ = words[4].starts_with('*');
  if (schedule.weekdays_[7]) {
    schedule.weekdays_.set(0);
  }
  return schedule;
}

bool Schedule::HoldsDay(date::local_days day) const {
  const date::year_month_day ymd(day);
  if (!months_[static_cast<unsigned>(ymd.month())]) {
    return false;
  }
  const bool in_month = days_[static_cast<unsigned>(ymd.day())];
  const bool in_week = weekdays_[date::weekday(day).c_encoding()];
  return any_day_ || any_weekday_ ? in_month && in_week : in_month || in_week;
}

std::optional<TimePoint> Schedule::Within(date::local_days day,
                                          const date::time_zone& zone,
                                          TimePoint at,
                                          bool after) const {
  std::vector<TimePoint> instants;
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    for (std::size_t minute = 0; hours_[hour] && minute < kMinutes; ++minute) {
      if (minutes_[minute]) {
        AddInstants(zone,
                    day + std::chrono::hours(hour) + std::chrono::minutes(minute),
                    any_hour_,
                    instants);
      }
    }
  }
  std::ranges::sort(instants);
  const auto beyond = std::ranges::upper_bound(instants, at);
  if (after) {
    return beyond == instants.end() ? std::nullopt : std::optional(*beyond);
  }
  return beyond == instants.begin() ? std::nullopt : std::optional(*(beyond - 1));
}

std::optional<TimePoint> Schedule::LastUntil(TimePoint at, const date::time_zone& zone) const {
  const auto today = date::floor<date::days>(zone.to_local(at));
  // The day after too: its first times may be brought forward by a change of the clocks.
  for (int i = -1; i <= kFarthestDays; ++i) {
    const date::local_days day = today - date::days(i);
    const auto found = HoldsDay(day) ? Within(day, zone, at, false) : std::nullopt;
    if (found) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<TimePoint> Schedule::NextAfter(TimePoint at, const date::time_zone& zone) const {
  const auto today = date::floor<date::days>(zone.to_local(at));
  for (int i = -1; i <= kFarthestDays; ++i) {
    const date::local_days day = today + date::days(i);
    const auto found = HoldsDay(day) ? Within(day, zone, at, true) : std::nullopt;
    if (found) {
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace sidewatch::cron
