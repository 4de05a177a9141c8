#include "alerts/rules/unittest/go_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace sidewatch::alerts::rules::unittest {
namespace {

struct Escape {
  char raw;
  std::string_view written;
};

constexpr std::array kEscapes = {
    Escape{'"', "\\\""},
    Escape{'\\', "\\\\"},
    Escape{'\a', "\\a"},
    Escape{'\b', "\\b"},
    Escape{'\f', "\\f"},
    Escape{'\n', "\\n"},
    Escape{'\r', "\\r"},
    Escape{'\t', "\\t"},
    Escape{'\v', "\\v"},
};

}  // namespace

std::string GoQuote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto* const escape = std::ranges::find(kEscapes, c, &Escape::raw);
    const auto byte = static_cast<unsigned char>(c);
    if (escape != kEscapes.end()) {
      quoted += escape->written;
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  quoted += '"';
  return quoted;
}

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

std::string LabelsText(const LabelSet& labels) {
  std::string text = "{";
  for (const Label label : labels) {
    if (text.size() > 1) {
      text += ", ";
    }
    text += IsClassicLabelName(label.name) ? std::string(label.name) : GoQuote(label.name);
    text += '=';
    text += GoQuote(label.value);
  }
  text += '}';
  return text;
}

}  // namespace sidewatch::alerts::rules::unittest
