#include "exporter/base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace sidewatch {
namespace {

constexpr double kPlainFrom = 1e-6;
constexpr double kPlainBelow = 1e21;
constexpr double kExactBelow = 9007199254740992.0;  // 2^53

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsIgnoreCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) {
      return false;
    }
  }
  return true;
}

std::optional<double> ParseSpecial(std::string_view unsigned_text, bool negative) {
  if (EqualsIgnoreCase(unsigned_text, "inf") || EqualsIgnoreCase(unsigned_text, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  return std::nullopt;
}

// from_chars reports both overflow and underflow as "out of range" and leaves the value alone.
double OutOfRange(std::string_view digits, bool negative) {
  const std::size_t exponent = digits.find_first_of("eE");
  bool underflow =
      exponent != std::string_view::npos && digits.substr(exponent + 1).starts_with('-');
  if (exponent == std::string_view::npos) {
    const std::size_t point = digits.find('.');
    underflow = digits.substr(0, point).find_first_not_of('0') == std::string_view::npos;
  }
  const double magnitude = underflow ? 0.0 : std::numeric_limits<double>::infinity();
  return negative ? -magnitude : magnitude;
}

/// Above 2^53 the fixed format of to_chars prints the exact integer; Go prints the shortest digits
/// that read back equal and pads them with zeros.
void AppendLargeInteger(std::string& out, double value) {
  std::array<char, 32> buffer{};
  const char* end =
      std::to_chars(
          buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + 2, end, exponent);  // Behind "e+".
  std::size_t fraction_digits = 0;
  for (const char c : text.substr(0, e)) {
    if (c == '.') {
      fraction_digits = e - text.find('.') - 1;
    } else {
      out.push_back(c);
    }
  }
  out.append(static_cast<std::size_t>(exponent) - fraction_digits, '0');
}

/// Writes integers and short decimals, which most values are, in a fraction of the time. False: the
/// value is none, and nothing is written.
///
/// A decimal of at most 15 digits that reads back as the value is its shortest one: no two of them
/// are the same double.
bool AppendShortDecimal(std::string& out, double value) {
  constexpr double kFifteenDigits = 1e15;
  constexpr std::array<double, 5> kScales = {1, 10, 100, 1000, 10000};
  const double magnitude = std::fabs(value);
  for (std::size_t digits = 0; digits < kScales.size(); ++digits) {
    const double scaled = magnitude * kScales[digits];
    if (!(scaled < kFifteenDigits)) {
      return false;
    }
    const auto integer = static_cast<std::int64_t>(scaled + 0.5);
    if (static_cast<double>(integer) / kScales[digits] != magnitude) {
      continue;
    }
    std::array<char, 24>
        buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    char* const begin = buffer.data() + 1;
    char* end = std::to_chars(begin, buffer.data() + buffer.size(), integer).ptr;
    const auto written = static_cast<std::size_t>(end - begin);
    if (written <= digits) {
      // There is a digit before the point: the 5 of 0.05 becomes 005.
      const std::size_t lacking = digits + 1 - written;
      std::copy_backward(begin, end, end + lacking);
      std::fill_n(begin, lacking, '0');
      end += lacking;
    }
    if (std::signbit(value)) {
      out += '-';
    }
    out.append(begin, static_cast<std::size_t>(end - begin) - digits);
    if (digits > 0) {
      out += '.';
      out.append(end - digits, digits);
    }
    return true;
  }
  return false;
}

}  // namespace

void AppendNumber(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  if (AppendShortDecimal(out, value)) {
    return;
  }
  const double magnitude = std::fabs(value);
  const bool plain = magnitude == 0 || (magnitude >= kPlainFrom && magnitude < kPlainBelow);
  if (magnitude >= kExactBelow && magnitude < kPlainBelow) {
    AppendLargeInteger(out, value);
    return;
  }
  std::array<char, 64>
      buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto [end, status] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

std::string FormatNumber(double value) {
  std::string text;
  AppendNumber(text, value);
  return text;
}

std::optional<double> ParseNumber(std::string_view text) {
  bool negative = false;
  std::string_view digits = text;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
    negative = digits.front() == '-';
    digits.remove_prefix(1);
  }
  if (digits.empty()) {
    return std::nullopt;
  }
  if (EqualsIgnoreCase(text, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const char first = digits.front();
  if (first != '.' && (first < '0' || first > '9')) {
    return ParseSpecial(digits, negative);
  }
  double value = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  if (status == std::errc::result_out_of_range) {
    return OutOfRange(digits, negative);
  }
  if (status != std::errc{}) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace sidewatch
