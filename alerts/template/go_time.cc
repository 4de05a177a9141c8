// Go writes time layouts by example. A layout is cut into chunks; each chunk is one of the rows
// below or literal text. The longest row wins, so `2006` is found before `2` and `January` before
// `Jan`; `_2006` is an underscore and a year.

#include "alerts/template/go_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include <date/tz.h>
#include <fmt/format.h>

#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",
                                                      "February",
                                                      "March",
                                                      "April",
                                                      "May",
                                                      "June",
                                                      "July",
                                                      "August",
                                                      "September",
                                                      "October",
                                                      "November",
                                                      "December"};
constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

/// The calendar fields of a time, both ways.
struct Fields {
  std::int64_t year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int32_t nanos = 0;
  int weekday = 0;
  int year_day = 1;
  int offset = 0;
  bool pm = false;
  bool pm_set = false;
  std::string zone = "UTC";
};

Fields Split(const TimeValue& at) {
  using std::chrono::days;
  const std::int64_t local = at.seconds + at.offset_seconds;
  std::int64_t day_number = local / kSecondsPerDay;
  std::int64_t rest = local % kSecondsPerDay;
  if (rest < 0) {
    rest += kSecondsPerDay;
    --day_number;
  }
  const std::chrono::sys_days date{days(static_cast<int>(day_number))};
  const std::chrono::year_month_day ymd(date);
  Fields fields;
  fields.year = static_cast<int>(ymd.year());
  fields.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  fields.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  fields.hour = static_cast<int>(rest / 3600);
  fields.minute = static_cast<int>(rest / 60 % 60);
  fields.second = static_cast<int>(rest % 60);
  fields.nanos = at.nanos;
  fields.weekday = static_cast<int>(std::chrono::weekday(date).c_encoding());
  const std::chrono::sys_days new_year{ymd.year() / std::chrono::January / 1};
  fields.year_day = static_cast<int>((date - new_year).count()) + 1;
  fields.offset = at.offset_seconds;
  fields.zone = at.zone;
  return fields;
}

TimeValue Join(const Fields& fields) {
  const auto date = std::chrono::year(static_cast<int>(fields.year)) /
                    std::chrono::month(static_cast<unsigned>(fields.month)) /
                    std::chrono::day(static_cast<unsigned>(fields.day));
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  TimeValue at;
  at.seconds = days * kSecondsPerDay + fields.hour * 3600LL + fields.minute * 60LL + fields.second -
               fields.offset;
  at.nanos = fields.nanos;
  at.offset_seconds = fields.offset;
  at.zone = fields.zone;
  return at;
}

int TwelveHour(int hour) {
  const int half = hour % 12;
  return half == 0 ? 12 : half;
}

std::string Offset(int seconds, std::string_view colon, bool zulu) {
  if (zulu && seconds == 0) {
    return "Z";
  }
  const int minutes = std::abs(seconds) / 60;
  return fmt::format("{}{:02}{}{:02}", seconds < 0 ? '-' : '+', minutes / 60, colon, minutes % 60);
}

using WriteFn = std::string (*)(const Fields& fields);

/// Reads the front of `text` into `fields`; false: it is not there.
using ReadFn = bool (*)(std::string_view& text, Fields& fields);

bool ReadDigits(std::string_view& text, std::size_t least, std::size_t most, int& out) {
  std::size_t count = 0;
  int value = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9') {
    value = value * 10 + (text[count] - '0');
    ++count;
  }
  if (count < least) {
    return false;
  }
  text.remove_prefix(count);
  out = value;
  return true;
}

template <std::size_t N>
bool ReadName(std::string_view& text,
              const std::array<std::string_view, N>& names,
              std::size_t length,
              int& index) {
  for (std::size_t i = 0; i < N; ++i) {
    const std::string_view name = names[i].substr(0, length);
    if (text.starts_with(name)) {
      text.remove_prefix(name.size());
      index = static_cast<int>(i);
      return true;
    }
  }
  return false;
}

bool ReadMonthName(std::string_view& text, Fields& fields, std::size_t length) {
  int index = 0;
  if (!ReadName(text, kMonths, length, index)) {
    return false;
  }
  fields.month = index + 1;
  return true;
}

bool ReadYear(std::string_view& text, Fields& fields) {
  int year = 0;
  if (!ReadDigits(text, 4, 4, year)) {
    return false;
  }
  fields.year = year;
  return true;
}

bool ReadShortYear(std::string_view& text, Fields& fields) {
  int year = 0;
  if (!ReadDigits(text, 2, 2, year)) {
    return false;
  }
  fields.year = year >= 69 ? 1900 + year : 2000 + year;
  return true;
}

bool ReadHalf(std::string_view& text, Fields& fields, std::string_view am, std::string_view pm) {
  if (!text.starts_with(am) && !text.starts_with(pm)) {
    return false;
  }
  fields.pm = text.starts_with(pm);
  fields.pm_set = true;
  text.remove_prefix(2);
  return true;
}

bool ReadOffset(std::string_view& text, Fields& fields, bool colon, bool zulu) {
  if (zulu && text.starts_with('Z')) {
    text.remove_prefix(1);
    return true;
  }
  if (!text.starts_with('+') && !text.starts_with('-')) {
    return false;
  }
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!ReadDigits(text, 2, 2, hours)) {
    return false;
  }
  if (colon) {
    if (!text.starts_with(':')) {
      return false;
    }
    text.remove_prefix(1);
  }
  if (!ReadDigits(text, 2, 2, minutes)) {
    return false;
  }
  fields.offset = sign * (hours * 3600 + minutes * 60);
  fields.zone = fields.offset == 0 ? "UTC" : "";
  return true;
}

bool ReadZoneName(std::string_view& text, Fields& fields) {
  std::size_t length = 0;
  while (length < text.size() && length < 5 && text[length] >= 'A' && text[length] <= 'Z') {
    ++length;
  }
  if (length < 3) {
    return false;
  }
  fields.zone = text.substr(0, length);
  text.remove_prefix(length);
  return true;
}

bool SkipBlank(std::string_view& text) {
  if (text.starts_with(' ')) {
    text.remove_prefix(1);
  }
  return true;
}

struct Chunk {
  std::string_view text;
  WriteFn write;
  ReadFn read;
};

// Longer texts stand before their own beginnings: the first match wins.
// NOLINTBEGIN(readability-function-cognitive-complexity): one row a layout chunk.
constexpr std::array kChunks = {
    Chunk{
        "January",
        [](const Fields& f) { return std::string(kMonths[static_cast<std::size_t>(f.month - 1)]); },
        [](std::string_view& t, Fields& f) {
          return ReadMonthName(t, f, 9);
        }},
    Chunk{"Jan",
          [](const Fields& f) {
            return std::string(kMonths[static_cast<std::size_t>(f.month - 1)].substr(0, 3));
          },
          [](std::string_view& t, Fields& f) {
            return ReadMonthName(t, f, 3);
          }},
    Chunk{"Monday",
          [](const Fields& f) { return std::string(kDays[static_cast<std::size_t>(f.weekday)]); },
          [](std::string_view& t, Fields& f) {
            return ReadName(t, kDays, 9, f.weekday);
          }},
    Chunk{"Mon",
          [](const Fields& f) {
            return std::string(kDays[static_cast<std::size_t>(f.weekday)].substr(0, 3));
          },
          [](std::string_view& t, Fields& f) {
            return ReadName(t, kDays, 3, f.weekday);
          }},
    Chunk{"MST",
          [](const Fields& f) { return f.zone.empty() ? Offset(f.offset, "", false) : f.zone; },
          &ReadZoneName},
    Chunk{"2006", [](const Fields& f) { return fmt::format("{:04}", f.year); }, &ReadYear},
    Chunk{"002",
          [](const Fields& f) { return fmt::format("{:03}", f.year_day); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 3, 3, f.year_day);
          }},
    Chunk{"01",
          [](const Fields& f) { return fmt::format("{:02}", f.month); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 2, 2, f.month);
          }},
    Chunk{"02",
          [](const Fields& f) { return fmt::format("{:02}", f.day); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 2, 2, f.day);
          }},
    Chunk{"03",
          [](const Fields& f) { return fmt::format("{:02}", TwelveHour(f.hour)); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 2, 2, f.hour);
          }},
    Chunk{"04",
          [](const Fields& f) { return fmt::format("{:02}", f.minute); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 2, 2, f.minute);
          }},
    Chunk{"05",
          [](const Fields& f) { return fmt::format("{:02}", f.second); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 2, 2, f.second);
          }},
    Chunk{"06", [](const Fields& f) { return fmt::format("{:02}", f.year % 100); }, &ReadShortYear},
    Chunk{"15",
          [](const Fields& f) { return fmt::format("{:02}", f.hour); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 2, 2, f.hour);
          }},
    Chunk{"_2",
          [](const Fields& f) { return fmt::format("{:2}", f.day); },
          [](std::string_view& t, Fields& f) {
            return SkipBlank(t) && ReadDigits(t, 1, 2, f.day);
          }},
    Chunk{"-07:00",
          [](const Fields& f) { return Offset(f.offset, ":", false); },
          [](std::string_view& t, Fields& f) {
            return ReadOffset(t, f, true, false);
          }},
    Chunk{"-0700",
          [](const Fields& f) { return Offset(f.offset, "", false); },
          [](std::string_view& t, Fields& f) {
            return ReadOffset(t, f, false, false);
          }},
    Chunk{"Z07:00",
          [](const Fields& f) { return Offset(f.offset, ":", true); },
          [](std::string_view& t, Fields& f) {
            return ReadOffset(t, f, true, true);
          }},
    Chunk{"Z0700",
          [](const Fields& f) { return Offset(f.offset, "", true); },
          [](std::string_view& t, Fields& f) {
            return ReadOffset(t, f, false, true);
          }},
    Chunk{"PM",
          [](const Fields& f) { return std::string(f.hour >= 12 ? "PM" : "AM"); },
          [](std::string_view& t, Fields& f) {
            return ReadHalf(t, f, "AM", "PM");
          }},
    Chunk{"pm",
          [](const Fields& f) { return std::string(f.hour >= 12 ? "pm" : "am"); },
          [](std::string_view& t, Fields& f) {
            return ReadHalf(t, f, "am", "pm");
          }},
    Chunk{"1",
          [](const Fields& f) { return fmt::format("{}", f.month); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 1, 2, f.month);
          }},
    Chunk{"2",
          [](const Fields& f) { return fmt::format("{}", f.day); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 1, 2, f.day);
          }},
    Chunk{"3",
          [](const Fields& f) { return fmt::format("{}", TwelveHour(f.hour)); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 1, 2, f.hour);
          }},
    Chunk{"4",
          [](const Fields& f) { return fmt::format("{}", f.minute); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 1, 2, f.minute);
          }},
    Chunk{"5",
          [](const Fields& f) { return fmt::format("{}", f.second); },
          [](std::string_view& t, Fields& f) {
            return ReadDigits(t, 1, 2, f.second);
          }},
};

// NOLINTEND(readability-function-cognitive-complexity)

const Chunk* FindChunk(std::string_view layout) {
  if (layout.starts_with("_2006")) {
    return nullptr;
  }
  const auto* found = std::ranges::find_if(
      kChunks, [&](const Chunk& chunk) { return layout.starts_with(chunk.text); });
  return found == kChunks.end() ? nullptr : found;
}

/// The length of `.000` or `.999` (with a dot or comma) at the front, not followed by a digit.
std::size_t FractionLength(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',') ||
      (layout[1] != '0' && layout[1] != '9')) {
    return 0;
  }
  std::size_t end = layout.find_first_not_of(layout[1], 1);
  end = end == std::string_view::npos ? layout.size() : end;
  const bool digit = end < layout.size() && layout[end] >= '0' && layout[end] <= '9';
  return digit ? 0 : end;
}

std::string FractionText(std::int32_t nanos, std::string_view chunk) {
  std::string digits = fmt::format("{:09}", nanos);
  digits.resize(std::min<std::size_t>(chunk.size() - 1, digits.size()));
  if (chunk[1] == '9') {
    digits.erase(digits.find_last_not_of('0') + 1);
  }
  return digits.empty() ? "" : chunk[0] + digits;
}

bool ReadFraction(std::string_view& text, Fields& fields) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != ',') || text[1] < '0' || text[1] > '9') {
    return false;
  }
  text.remove_prefix(1);
  std::int64_t nanos = 0;
  std::int64_t unit = kNanosPerSecond;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    unit /= 10;
    nanos += unit * (text[0] - '0');
    text.remove_prefix(1);
  }
  fields.nanos = static_cast<std::int32_t>(nanos);
  return true;
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

/// Which field of a parsed time is out of range, or nothing.
std::string_view OutOfRange(const Fields& fields) {
  const auto date = std::chrono::year(static_cast<int>(fields.year)) /
                    std::chrono::month(static_cast<unsigned>(fields.month)) /
                    std::chrono::day(static_cast<unsigned>(fields.day));
  if (fields.month < 1 || fields.month > 12) {
    return "month";
  }
  if (!date.ok()) {
    return "day";
  }
  if (fields.hour > 23) {
    return "hour";
  }
  if (fields.minute > 59) {
    return "minute";
  }
  return fields.second > 59 ? "second" : "";
}

}  // namespace

TimeValue ToTimeValue(TimePoint at) {
  const std::int64_t millis = ToUnixMillis(at);
  std::int64_t seconds = millis / 1000;
  std::int64_t rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  return {.seconds = seconds, .nanos = static_cast<std::int32_t>(rest * 1'000'000)};
}

std::string PrintTime(const TimeValue& at) {
  return FormatTime(at, "2006-01-02 15:04:05.999999999 -0700 MST");
}

std::string PrintTimeJson(const TimeValue& at) {
  return FormatTime(at, "2006-01-02T15:04:05.999999999Z07:00");
}

std::string PrintDuration(DurationValue duration) {
  if (duration.nanos == 0) {
    return "0s";
  }
  const bool negative = duration.nanos < 0;
  const std::uint64_t nanos = negative ? 0 - static_cast<std::uint64_t>(duration.nanos)
                                       : static_cast<std::uint64_t>(duration.nanos);
  const auto decimal = [](std::uint64_t value, std::uint64_t unit, int digits) {
    std::string fraction = fmt::format("{:0{}}", value % unit, digits);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return fmt::format("{}{}{}", value / unit, fraction.empty() ? "" : ".", fraction);
  };
  const std::string sign = negative ? "-" : "";
  if (nanos < 1'000) {
    return fmt::format("{}{}ns", sign, nanos);
  }
  if (nanos < 1'000'000) {
    return sign + decimal(nanos, 1'000, 3) + "µs";
  }
  if (nanos < 1'000'000'000) {
    return sign + decimal(nanos, 1'000'000, 6) + "ms";
  }
  const std::uint64_t minutes = nanos / 60'000'000'000;
  const std::string seconds = decimal(nanos % 60'000'000'000, 1'000'000'000, 9) + "s";
  if (minutes == 0) {
    return sign + seconds;
  }
  if (minutes < 60) {
    return fmt::format("{}{}m{}", sign, minutes, seconds);
  }
  return fmt::format("{}{}h{}m{}", sign, minutes / 60, minutes % 60, seconds);
}

std::string FormatTime(const TimeValue& at, std::string_view layout) {
  const Fields fields = Split(at);
  std::string out;
  while (!layout.empty()) {
    if (const std::size_t length = FractionLength(layout); length > 0) {
      out += FractionText(fields.nanos, layout.substr(0, length));
      layout.remove_prefix(length);
    } else if (const Chunk* chunk = FindChunk(layout)) {
      out += chunk->write(fields);
      layout.remove_prefix(chunk->text.size());
    } else {
      out += layout.front();
      layout.remove_prefix(1);
    }
  }
  return out;
}

Result<TimeValue> ParseTime(std::string_view layout, std::string_view text) {
  const std::string_view whole_layout = layout;
  const std::string_view whole_text = text;
  const auto fail = [&](std::string_view chunk) {
    return Fail(ErrorCode::kInvalidArgument,
                "parsing time {} as {}: cannot parse {} as {}",
                Quoted(whole_text),
                Quoted(whole_layout),
                Quoted(text),
                Quoted(chunk));
  };
  Fields fields;
  bool seconds_read = false;
  while (!layout.empty()) {
    if (const std::size_t length = FractionLength(layout); length > 0) {
      if (!ReadFraction(text, fields) && layout[1] == '0') {
        return fail(layout.substr(0, length));
      }
      layout.remove_prefix(length);
    } else if (const Chunk* chunk = FindChunk(layout)) {
      if (!chunk->read(text, fields)) {
        return fail(chunk->text);
      }
      layout.remove_prefix(chunk->text.size());
      seconds_read = chunk->text == "05" || chunk->text == "5";
      if (seconds_read && FractionLength(layout) == 0) {
        ReadFraction(text, fields);  // Go takes a fraction after seconds unasked.
      }
    } else if (!text.starts_with(layout.front())) {
      return fail(layout.substr(0, 1));
    } else {
      layout.remove_prefix(1);
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "parsing time {}: extra text: {}",
                Quoted(whole_text),
                Quoted(text));
  }
  if (fields.pm_set) {
    fields.hour = fields.hour % 12 + (fields.pm ? 12 : 0);
  }
  if (const std::string_view bad = OutOfRange(fields); !bad.empty()) {
    return Fail(
        ErrorCode::kInvalidArgument, "parsing time {}: {} out of range", Quoted(whole_text), bad);
  }
  return Join(fields);
}

Result<TimeValue> InZone(const TimeValue& at, const std::string& zone) {
  TimeValue moved = at;
  if (zone.empty() || zone == "UTC") {
    moved.offset_seconds = 0;
    moved.zone = "UTC";
    return moved;
  }
  try {
    const date::sys_info info =
        date::locate_zone(zone)->get_info(date::sys_seconds(std::chrono::seconds(at.seconds)));
    moved.offset_seconds = static_cast<std::int32_t>(info.offset.count());
    moved.zone = info.abbrev;
  } catch (const std::runtime_error&) {
    return Fail(ErrorCode::kNotFound, "unknown time zone {}", zone);
  }
  return moved;
}

}  // namespace sidewatch::alerts::templates
