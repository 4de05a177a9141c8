#include "exporter/promql/go_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace sidewatch::promql {

namespace {

/// Nothing: it is a number.
std::string_view NameOf(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  return {};
}

/// With the shortest digits.
std::string Shortest(double value, std::chars_format format) {
  std::array<char, 400> text;
  const auto [end, status] = std::to_chars(text.data(), text.data() + text.size(), value, format);
  return status == std::errc{} ? std::string(text.data(), end) : "";
}

}  // namespace

std::string FormatGoG(double value) {
  if (const std::string_view name = NameOf(value); !name.empty()) {
    return std::string(name);
  }
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e6);
  return Shortest(value, plain ? std::chars_format::fixed : std::chars_format::scientific);
}

std::string FormatGoF(double value) {
  if (const std::string_view name = NameOf(value); !name.empty()) {
    return std::string(name);
  }
  // Up to 2^53 the standard library's digits are as short. Then it writes all that a number has.
  constexpr double kAllDigitsCount = 9'007'199'254'740'992.0;
  if (std::fabs(value) < kAllDigitsCount) {
    return Shortest(value, std::chars_format::fixed);
  }
  const std::string scientific = Shortest(value, std::chars_format::scientific);
  const std::size_t mark = scientific.find('e');
  std::size_t exponent = 0;
  std::from_chars(scientific.data() + mark + 2, scientific.data() + scientific.size(), exponent);
  std::string text = scientific.substr(0, mark);
  const std::size_t point = text.find('.');
  std::size_t fraction = 0;
  if (point != std::string::npos) {
    fraction = text.size() - point - 1;
    text.erase(point, 1);
  }
  text.append(exponent - std::min(exponent, fraction), '0');
  if (fraction > exponent) {
    text.insert(text.size() - (fraction - exponent), 1, '.');
  }
  return text;
}

}  // namespace sidewatch::promql
