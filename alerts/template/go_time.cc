// Go writes time layouts by example. A layout is cut into chunks, rows of time_layout.cc, and
// literal text.

#include "alerts/template/go_time.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <date/tz.h>
#include <fmt/format.h>

#include "alerts/template/time_layout.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

TimeFields Split(const TimeValue& at) {
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
  TimeFields fields;
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

TimeValue Join(const TimeFields& fields) {
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

bool ReadFraction(std::string_view& text, TimeFields& fields) {
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

/// Reads from `text` what the next chunk of `layout` stands for. Returns the chunk if `text` does
/// not hold it, else nothing.
std::string_view ReadChunk(std::string_view& layout, std::string_view& text, TimeFields& fields) {
  if (const std::size_t length = FractionLength(layout); length > 0) {
    if (!ReadFraction(text, fields) && layout[1] == '0') {
      return layout.substr(0, length);
    }
    layout.remove_prefix(length);
    return {};
  }
  if (const LayoutChunk* chunk = FindChunk(layout)) {
    if (!chunk->read(text, fields)) {
      return chunk->text;
    }
    layout.remove_prefix(chunk->text.size());
    const bool seconds = chunk->text == "05" || chunk->text == "5";
    if (seconds && FractionLength(layout) == 0) {
      ReadFraction(text, fields);  // Go takes a fraction after seconds unasked.
    }
    return {};
  }
  if (!text.starts_with(layout.front())) {
    return layout.substr(0, 1);
  }
  layout.remove_prefix(1);
  text.remove_prefix(1);
  return {};
}

/// Which field of a parsed time is out of range, or nothing.
std::string_view OutOfRange(const TimeFields& fields) {
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
  const TimeFields fields = Split(at);
  std::string out;
  while (!layout.empty()) {
    if (const std::size_t length = FractionLength(layout); length > 0) {
      out += FractionText(fields.nanos, layout.substr(0, length));
      layout.remove_prefix(length);
    } else if (const LayoutChunk* chunk = FindChunk(layout)) {
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
  TimeFields fields;
  while (!layout.empty()) {
    if (const std::string_view chunk = ReadChunk(layout, text, fields); !chunk.empty()) {
      return Fail(ErrorCode::kInvalidArgument,
                  "parsing time {} as {}: cannot parse {} as {}",
                  Quoted(whole_text),
                  Quoted(whole_layout),
                  Quoted(text),
                  Quoted(chunk));
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

TimeValue InLocalZone(const TimeValue& at) {
  std::string zone;
  try {
    zone = date::current_zone()->name();
  } catch (const std::runtime_error&) {
    zone = "UTC";
  }
  TimeValue utc = at;
  utc.offset_seconds = 0;
  utc.zone = "UTC";
  return InZone(at, zone).value_or(utc);
}

}  // namespace sidewatch::alerts::templates
