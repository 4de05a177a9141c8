#include "collectors/postgres/go_duration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "exporter/base/number.h"

namespace sidewatch::postgres {

namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};

constexpr std::array kUnits = {Unit{"ns", 1},
                               Unit{"us", 1e3},
                               Unit{"\xc2\xb5s", 1e3},
                               Unit{"\xce\xbcs", 1e3},
                               Unit{"ms", 1e6},
                               Unit{"s", 1e9},
                               Unit{"m", 60e9},
                               Unit{"h", 3600e9}};

std::string_view TakeWhile(std::string_view& text, bool (*belongs)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

bool IsOfNumber(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

bool IsOfUnit(char c) {
  return !IsOfNumber(c);
}

}  // namespace

std::optional<double> ParseGoMilliseconds(std::string_view text) {
  constexpr double kNanosecondsPerMilli = 1e6;
  const double sign = text.starts_with('-') ? -1 : 1;
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  if (text == "0") {
    return 0;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  double nanoseconds = 0;
  while (!text.empty()) {
    const std::optional<double> number = ParseNumber(TakeWhile(text, &IsOfNumber));
    const std::string_view name = TakeWhile(text, &IsOfUnit);
    const auto* const unit = std::ranges::find(kUnits, name, &Unit::name);
    if (!number || unit == kUnits.end()) {
      return std::nullopt;
    }
    nanoseconds += *number * unit->nanoseconds;
  }
  if (nanoseconds > static_cast<double>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return sign * std::trunc(nanoseconds / kNanosecondsPerMilli);
}

}  // namespace sidewatch::postgres
