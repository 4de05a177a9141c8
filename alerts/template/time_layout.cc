// The chunks of Go's time layouts: the longest row wins, so `2006` is found before `2` and
// `January` before `Jan`; `_2006` is an underscore and a year.

#include "alerts/template/time_layout.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

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

bool ReadMonthName(std::string_view& text, TimeFields& fields, std::size_t length) {
  int index = 0;
  if (!ReadName(text, kMonths, length, index)) {
    return false;
  }
  fields.month = index + 1;
  return true;
}

bool ReadYear(std::string_view& text, TimeFields& fields) {
  int year = 0;
  if (!ReadDigits(text, 4, 4, year)) {
    return false;
  }
  fields.year = year;
  return true;
}

bool ReadShortYear(std::string_view& text, TimeFields& fields) {
  int year = 0;
  if (!ReadDigits(text, 2, 2, year)) {
    return false;
  }
  fields.year = year >= 69 ? 1900 + year : 2000 + year;
  return true;
}

bool ReadHalf(std::string_view& text,
              TimeFields& fields,
              std::string_view am,
              std::string_view pm) {
  if (!text.starts_with(am) && !text.starts_with(pm)) {
    return false;
  }
  fields.pm = text.starts_with(pm);
  fields.pm_set = true;
  text.remove_prefix(2);
  return true;
}

bool ReadOffset(std::string_view& text, TimeFields& fields, bool colon, bool zulu) {
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

bool ReadZoneName(std::string_view& text, TimeFields& fields) {
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

// Longer texts stand before their own beginnings: the first match wins.
// NOLINTBEGIN(readability-function-cognitive-complexity): one row a layout chunk.
constexpr std::array kChunks = {
    LayoutChunk{"January",
                [](const TimeFields& f) {
                  return std::string(kMonths[static_cast<std::size_t>(f.month - 1)]);
                },
                [](std::string_view& t, TimeFields& f) {
                  return ReadMonthName(t, f, 9);
                }},
    LayoutChunk{"Jan",
                [](const TimeFields& f) {
                  return std::string(kMonths[static_cast<std::size_t>(f.month - 1)].substr(0, 3));
                },
                [](std::string_view& t, TimeFields& f) {
                  return ReadMonthName(t, f, 3);
                }},
    LayoutChunk{
        "Monday",
        [](const TimeFields& f) { return std::string(kDays[static_cast<std::size_t>(f.weekday)]); },
        [](std::string_view& t, TimeFields& f) {
          return ReadName(t, kDays, 9, f.weekday);
        }},
    LayoutChunk{"Mon",
                [](const TimeFields& f) {
                  return std::string(kDays[static_cast<std::size_t>(f.weekday)].substr(0, 3));
                },
                [](std::string_view& t, TimeFields& f) {
                  return ReadName(t, kDays, 3, f.weekday);
                }},
    LayoutChunk{
        "MST",
        [](const TimeFields& f) { return f.zone.empty() ? Offset(f.offset, "", false) : f.zone; },
        &ReadZoneName},
    LayoutChunk{
        "2006", [](const TimeFields& f) { return fmt::format("{:04}", f.year); }, &ReadYear},
    LayoutChunk{"002",
                [](const TimeFields& f) { return fmt::format("{:03}", f.year_day); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 3, 3, f.year_day);
                }},
    LayoutChunk{"01",
                [](const TimeFields& f) { return fmt::format("{:02}", f.month); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 2, 2, f.month);
                }},
    LayoutChunk{"02",
                [](const TimeFields& f) { return fmt::format("{:02}", f.day); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 2, 2, f.day);
                }},
    LayoutChunk{"03",
                [](const TimeFields& f) { return fmt::format("{:02}", TwelveHour(f.hour)); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 2, 2, f.hour);
                }},
    LayoutChunk{"04",
                [](const TimeFields& f) { return fmt::format("{:02}", f.minute); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 2, 2, f.minute);
                }},
    LayoutChunk{"05",
                [](const TimeFields& f) { return fmt::format("{:02}", f.second); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 2, 2, f.second);
                }},
    LayoutChunk{"06",
                [](const TimeFields& f) { return fmt::format("{:02}", f.year % 100); },
                &ReadShortYear},
    LayoutChunk{"15",
                [](const TimeFields& f) { return fmt::format("{:02}", f.hour); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 2, 2, f.hour);
                }},
    LayoutChunk{"_2",
                [](const TimeFields& f) { return fmt::format("{:2}", f.day); },
                [](std::string_view& t, TimeFields& f) {
                  return SkipBlank(t) && ReadDigits(t, 1, 2, f.day);
                }},
    LayoutChunk{"-07:00",
                [](const TimeFields& f) { return Offset(f.offset, ":", false); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadOffset(t, f, true, false);
                }},
    LayoutChunk{"-0700",
                [](const TimeFields& f) { return Offset(f.offset, "", false); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadOffset(t, f, false, false);
                }},
    LayoutChunk{"Z07:00",
                [](const TimeFields& f) { return Offset(f.offset, ":", true); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadOffset(t, f, true, true);
                }},
    LayoutChunk{"Z0700",
                [](const TimeFields& f) { return Offset(f.offset, "", true); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadOffset(t, f, false, true);
                }},
    LayoutChunk{"PM",
                [](const TimeFields& f) { return std::string(f.hour >= 12 ? "PM" : "AM"); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadHalf(t, f, "AM", "PM");
                }},
    LayoutChunk{"pm",
                [](const TimeFields& f) { return std::string(f.hour >= 12 ? "pm" : "am"); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadHalf(t, f, "am", "pm");
                }},
    LayoutChunk{"1",
                [](const TimeFields& f) { return fmt::format("{}", f.month); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 1, 2, f.month);
                }},
    LayoutChunk{"2",
                [](const TimeFields& f) { return fmt::format("{}", f.day); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 1, 2, f.day);
                }},
    LayoutChunk{"3",
                [](const TimeFields& f) { return fmt::format("{}", TwelveHour(f.hour)); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 1, 2, f.hour);
                }},
    LayoutChunk{"4",
                [](const TimeFields& f) { return fmt::format("{}", f.minute); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 1, 2, f.minute);
                }},
    LayoutChunk{"5",
                [](const TimeFields& f) { return fmt::format("{}", f.second); },
                [](std::string_view& t, TimeFields& f) {
                  return ReadDigits(t, 1, 2, f.second);
                }},
};

// NOLINTEND(readability-function-cognitive-complexity)

}  // namespace

const LayoutChunk* FindChunk(std::string_view layout) {
  if (layout.starts_with("_2006")) {
    return nullptr;
  }
  const auto* found = std::ranges::find_if(
      kChunks, [&](const LayoutChunk& chunk) { return layout.starts_with(chunk.text); });
  return found == kChunks.end() ? nullptr : found;
}

}  // namespace sidewatch::alerts::templates
