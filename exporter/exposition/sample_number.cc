#include "exporter/exposition/sample_number.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/exposition/scan.h"
#include "exporter/model/label_set.h"
#include "exporter/model/sample.h"

namespace sidewatch::exposition {
namespace {

std::string Problem(std::string_view text, std::string_view what) {
  std::string quoted;
  AppendQuoted(quoted, text);
  return fmt::format("strconv.ParseFloat: parsing {}: {}", quoted, what);
}

// Powers of ten that a double holds exactly: up to 5^22 < 2^53.
constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kMaxPower = 22;

/// Takes the digits off the front and adds them to the mantissa; their number.
std::size_t TakeDigits(std::string_view& rest, std::uint64_t& mantissa) {
  std::size_t count = 0;
  while (count < rest.size() && scan::IsDigit(rest[count])) {
    mantissa = mantissa * 10 + static_cast<std::uint64_t>(rest[count] - '0');
    ++count;
  }
  rest.remove_prefix(count);
  return count;
}

/// The exponent of `e+05`; nothing if the rest is not one of at most two digits.
std::optional<int> TakeExponent(std::string_view rest) {
  if (rest.empty()) {
    return 0;
  }
  if (rest.front() != 'e' && rest.front() != 'E') {
    return std::nullopt;
  }
  rest.remove_prefix(1);
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  std::uint64_t exponent = 0;
  if (rest.empty() || rest.size() > 2 || TakeDigits(rest, exponent) == 0 || !rest.empty()) {
    return std::nullopt;
  }
  return negative ? -static_cast<int>(exponent) : static_cast<int>(exponent);
}

}  // namespace

std::optional<double> ParseShortNumber(std::string_view text) {
  constexpr std::size_t kLongest = 23;  // Sign, 15 digits, point, exponent, with room.
  constexpr std::size_t kExactDigits = 15;
  if (text.empty() || text.size() > kLongest) {
    return std::nullopt;
  }
  const bool negative = text.front() == '-';
  text.remove_prefix(negative ? 1 : 0);
  std::uint64_t mantissa = 0;
  std::size_t digits = TakeDigits(text, mantissa);
  int power = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t fraction = TakeDigits(text, mantissa);
    digits += fraction;
    power = -static_cast<int>(fraction);
  }
  const std::optional<int> exponent = TakeExponent(text);
  if (digits == 0 || digits > kExactDigits || !exponent.has_value()) {
    return std::nullopt;
  }
  power += *exponent;
  if (power < -kMaxPower || power > kMaxPower) {
    return std::nullopt;
  }
  // Both operands are exact, so the one rounding gives the nearest double.
  const auto whole = static_cast<double>(mantissa);
  const double magnitude = power < 0 ? whole / kPowers[-power] : whole * kPowers[power];
  return negative ? -magnitude : magnitude;
}

ParsedNumber ParseSampleNumber(std::string_view text) {
  if (const std::optional<double> short_number = ParseShortNumber(text)) {
    return {.value = *short_number, .problem = {}};
  }
  if (text.find_first_of("pP_") != std::string_view::npos) {
    return {.problem = "unsupported character in float"};
  }
  const std::optional<double> value = ParseNumber(text);
  if (!value.has_value()) {
    return {.problem = Problem(text, "invalid syntax")};
  }
  const bool has_digits = text.find_first_of("0123456789") != std::string_view::npos;
  if (std::isinf(*value) && has_digits) {
    return {.problem = Problem(text, "value out of range")};
  }
  return {.value = std::isnan(*value) ? NormalNan() : *value, .problem = {}};
}

TimePoint FromSeconds(double seconds) {
  constexpr double kPerSecond = 1000;
  constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  constexpr double kBeyond = 9.2e18;
  const double millis = seconds * kPerSecond;
  if (std::fabs(millis) >= kBeyond) {
    return FromUnixMillis(millis < 0 ? -kLast : kLast);
  }
  return FromUnixMillis(static_cast<std::int64_t>(millis));
}

}  // namespace sidewatch::exposition
