#include "alerts/rules/unittest/go_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace sidewatch::alerts::rules::unittest {
std::string GoDuration(Duration duration) {
  constexpr std::int64_t kMinute = 60'000;
  constexpr std::int64_t kHour = 60 * kMinute;
  const std::int64_t millis = duration.count();
  if (millis == 0) {
    return "0s";
  }
  if (millis < 0) {
    return "-" + GoDuration(-duration);
  }
  if (millis < 1000) {
    return fmt::format("{}ms", millis);
  }
  const std::int64_t rest = millis % kMinute;
  std::string seconds = fmt::format("{}.{:03}", rest / 1000, rest % 1000);
  seconds.erase(seconds.find_last_not_of('0') + 1);
  if (seconds.ends_with('.')) {
    seconds.pop_back();
  }
  if (millis < kMinute) {
    return seconds + "s";
  }
  if (millis < kHour) {
    return fmt::format("{}m{}s", millis / kMinute, seconds);
  }
  return fmt::format("{}h{}m{}s", millis / kHour, millis % kHour / kMinute, seconds);
}

std::string GoExponent(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  std::string text(buffer.data(), end);
  std::ranges::replace(text, 'e', 'E');
  return text;
}

}  // namespace sidewatch::alerts::rules::unittest
