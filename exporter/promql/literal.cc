#include "exporter/promql/literal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "exporter/base/number.h"
#include "exporter/model/sample.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

struct Base {
  std::string_view prefix;
  int base;
};

// In the order in which they are tried: a bare zero in front means octal.
constexpr std::array kBases = {
    Base{"0x", 16},
    Base{"0X", 16},
    Base{"0b", 2},
    Base{"0B", 2},
    Base{"0o", 8},
    Base{"0O", 8},
    Base{"0", 8},
};

/// True if each `_` stands between digits or behind the base.
bool SeparatorsAreSound(std::string_view text, bool after_base, unsigned highest_digit = 9) {
  char previous = after_base ? '0' : '\0';
  for (const char c : text) {
    if (c == '_' && DigitValue(previous) > highest_digit) {
      return false;
    }
    if (previous == '_' && DigitValue(c) > highest_digit) {
      return false;
    }
    previous = c;
  }
  return previous != '_';
}

std::string WithoutSeparators(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  return plain;
}

std::optional<double> ParseGoInteger(std::string_view text) {
  Base base{"", 10};
  if (text.size() > 1) {
    const auto* const found = std::ranges::find_if(
        kBases, [text](const Base& candidate) { return text.starts_with(candidate.prefix); });
    if (found != kBases.end()) {
      base = *found;
    }
  }
  const std::string_view body = text.substr(base.prefix.size());
  if (!SeparatorsAreSound(body, !base.prefix.empty(), base.base == 16 ? 15 : 9)) {
    return std::nullopt;
  }
  const std::string digits = WithoutSeparators(body);
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, status] = std::from_chars(digits.data(), end, value, base.base);
  if (digits.empty() || status != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return static_cast<double>(value);
}

/// What stands behind `0x`. Go wants an exponent.
std::optional<double> ParseHexFloat(std::string_view body) {
  if (body.find_first_of("pP") == std::string_view::npos || !SeparatorsAreSound(body, true, 15)) {
    return std::nullopt;
  }
  const std::string digits = WithoutSeparators(body);
  const char* const end = digits.data() + digits.size();
  double value = 0;
  const auto [stop, status] = std::from_chars(digits.data(), end, value, std::chars_format::hex);
  return status == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

/// The escapes of one character, `\n` and its like.
struct SimpleEscape {
  char letter;
  char value;
};

constexpr std::array kSimpleEscapes = {
    SimpleEscape{'a', '\a'},
    SimpleEscape{'b', '\b'},
    SimpleEscape{'f', '\f'},
    SimpleEscape{'n', '\n'},
    SimpleEscape{'r', '\r'},
    SimpleEscape{'t', '\t'},
    SimpleEscape{'v', '\v'},
};

/// An escape that gives its value in digits. Octal ones have no letter.
struct NumericEscape {
  char letter;
  std::size_t digits;
  char32_t base;
  bool is_byte;  ///< The value is a byte, not a character.
};

constexpr std::array kNumericEscapes = {
    NumericEscape{'x', 2, 16, true},
    NumericEscape{'u', 4, 16, false},
    NumericEscape{'U', 8, 16, false},
};
constexpr NumericEscape kOctalEscape = {'\0', 3, 8, true};

/// Appends the escape at the front of `rest` (behind its backslash) and returns its length.
std::size_t AppendEscape(std::string& out, std::string_view rest) {
  const char letter = rest.front();
  const auto* const simple = std::ranges::find(kSimpleEscapes, letter, &SimpleEscape::letter);
  if (simple != kSimpleEscapes.end()) {
    out += simple->value;
    return 1;
  }
  const auto* const found = std::ranges::find(kNumericEscapes, letter, &NumericEscape::letter);
  if (found == kNumericEscapes.end() && DigitValue(letter) >= kOctalEscape.base) {
    out += letter;  // A backslash or the quote itself.
    return 1;
  }
  const NumericEscape& escape = found == kNumericEscapes.end() ? kOctalEscape : *found;
  const std::size_t skip = escape.letter == '\0' ? 0 : 1;
  char32_t value = 0;
  for (const char c : rest.substr(skip, escape.digits)) {
    value = value * escape.base + DigitValue(c);
  }
  if (escape.is_byte) {
    out += static_cast<char>(value);
  } else {
    AppendRune(out, value);
  }
  return skip + escape.digits;
}

}  // namespace

Result<double> ParseNumberLiteral(std::string_view text) {
  if (const std::optional<double> integer = ParseGoInteger(text)) {
    return *integer;
  }
  const std::optional<double> value =
      SeparatorsAreSound(text, false) ? ParseNumber(WithoutSeparators(text)) : std::nullopt;
  if (!value) {
    return Fail(
        ErrorCode::kInvalidArgument, "strconv.ParseFloat: parsing \"{}\": invalid syntax", text);
  }
  if (std::isnan(*value)) {
    return NormalNan();
  }
  if (std::isinf(*value) && IsDigit(text.front())) {
    return Fail(ErrorCode::kInvalidArgument,
                "strconv.ParseFloat: parsing \"{}\": value out of range",
                text);
  }
  return *value;
}

std::optional<double> ParseGoFloat(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view body = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (body.starts_with("0x") || body.starts_with("0X")) {
    const std::optional<double> value = ParseHexFloat(body.substr(2));
    return value.has_value() && negative ? -*value : value;
  }
  if (!SeparatorsAreSound(body, false)) {
    return std::nullopt;
  }
  const std::optional<double> value = ParseNumber(WithoutSeparators(text));
  const bool out_of_range =
      value.has_value() && std::isinf(*value) && !body.empty() && !IsAlpha(body.front());
  return out_of_range ? std::nullopt : value;
}

Result<std::uint64_t> ParseCount(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (status == std::errc::result_out_of_range) {
    return Fail(
        ErrorCode::kInvalidArgument, "strconv.ParseUint: parsing \"{}\": value out of range", text);
  }
  if (status != std::errc{} || stop != end) {
    return Fail(
        ErrorCode::kInvalidArgument, "strconv.ParseUint: parsing \"{}\": invalid syntax", text);
  }
  return value;
}

std::string Unquote(std::string_view text) {
  const std::string_view body = text.substr(1, text.size() - 2);
  if (text.front() == '`') {
    return std::string(body);
  }
  std::string value;
  value.reserve(body.size());
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] == '\\') {
      ++i;
      i += AppendEscape(value, body.substr(i));
    } else {
      value += body[i++];
    }
  }
  return value;
}

}  // namespace sidewatch::promql
