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

/// Writes at `out`, and gives what is behind.
char* Put(char* out, std::string_view text) {
  return std::ranges::copy(text, out).out;
}

/// Above 2^53 the fixed format of to_chars prints the exact integer; Go prints the shortest digits
/// that read back equal and pads them with zeros.
char* WriteLargeInteger(char* out, double value) {
  std::array<char, 32> buffer{};
  const char* end =
      std::to_chars(
          buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  std::size_t exponent = 0;
  std::from_chars(text.data() + e + 2, end, exponent);  // Behind "e+".
  std::size_t fraction_digits = 0;
  for (const char c : text.substr(0, e)) {
    if (c == '.') {
      fraction_digits = e - text.find('.') - 1;
    } else {
      *out++ = c;
    }
  }
  return std::fill_n(out, exponent - fraction_digits, '0');
}

constexpr std::array<double, 5> kScales = {1, 10, 100, 1000, 10000};
constexpr double kFifteenDigits = 1e15;

/// Whether a decimal of at most four digits behind the point can be `magnitude`: times 10,000 it
/// then is an integer, but for two roundings.
bool MayBeShortDecimal(double magnitude) {
  constexpr double kTwoRoundings = 4.5e-16;
  const double scaled = magnitude * kScales.back();
  if (!(scaled < kFifteenDigits)) {
    return true;
  }
  const auto nearest = static_cast<double>(static_cast<std::int64_t>(scaled + 0.5));
  return std::fabs(scaled - nearest) <= scaled * kTwoRoundings;
}

/// Writes integers and short decimals, which most values are, in a fraction of the time. Null: the
/// value is none, and nothing is written.
///
/// A decimal of at most 15 digits that reads back as the value is its shortest one: no two of them
/// are the same double.
char* WriteShortDecimal(char* out, double value) {
  const double magnitude = std::fabs(value);
  if (!MayBeShortDecimal(magnitude)) {
    return nullptr;
  }
  for (std::size_t digits = 0; digits < kScales.size(); ++digits) {
    const double scaled = magnitude * kScales[digits];
    if (!(scaled < kFifteenDigits)) {
      return nullptr;
    }
    const auto integer = static_cast<std::int64_t>(scaled + 0.5);
    if (static_cast<double>(integer) / kScales[digits] != magnitude) {
      continue;
    }
    if (std::signbit(value)) {
      *out++ = '-';
    }
    char* end = std::to_chars(out, out + kMostNumberChars, integer).ptr;
    const auto written = static_cast<std::size_t>(end - out);
    if (written <= digits) {
      // There is a digit before the point: the 5 of 0.05 becomes 005.
      const std::size_t lacking = digits + 1 - written;
      std::copy_backward(out, end, end + lacking);
      std::fill_n(out, lacking, '0');
      end += lacking;
    }
    if (digits > 0) {
      std::copy_backward(end - digits, end, end + 1);
      *(end - digits) = '.';
      ++end;
    }
    return end;
  }
  return nullptr;
}

}  // namespace

char* WriteNumber(char* out, double value) {
  if (std::isnan(value)) {
    return Put(out, "NaN");
  }
  if (std::isinf(value)) {
    return Put(out, value > 0 ? "+Inf" : "-Inf");
  }
  if (char* const end = WriteShortDecimal(out, value)) {
    return end;
  }
  const double magnitude = std::fabs(value);
  const bool plain = magnitude == 0 || (magnitude >= kPlainFrom && magnitude < kPlainBelow);
  if (magnitude >= kExactBelow && magnitude < kPlainBelow) {
    return WriteLargeInteger(out, value);
  }
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  return std::to_chars(out, out + kMostNumberChars, value, format).ptr;
}

void AppendNumber(std::string& out, double value) {
  std::array<char, kMostNumberChars>
      text;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  out.append(text.data(), WriteNumber(text.data(), value));
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
