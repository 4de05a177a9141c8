#include "alerts/template/literal.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

std::optional<std::uint32_t> ReadDigits(std::string_view& text, std::size_t count, int base) {
  if (text.size() < count) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, value, base);
  if (error != std::errc() || end != text.data() + count) {
    return std::nullopt;
  }
  text.remove_prefix(count);
  return value;
}

struct Escape {
  char letter;
  char value;
};

constexpr Escape kEscapes[] = {{'a', '\a'},
                               {'b', '\b'},
                               {'f', '\f'},
                               {'n', '\n'},
                               {'r', '\r'},
                               {'t', '\t'},
                               {'v', '\v'},
                               {'\\', '\\'},
                               {'\'', '\''},
                               {'"', '"'}};

/// A byte of three octal digits.
bool ReadOctalEscape(std::string_view& text, std::string& out) {
  const auto value = ReadDigits(text, 3, 8);
  out += static_cast<char>(value.value_or(0));
  return value && *value <= 0xff;
}

/// A byte of two hexadecimal digits, or a code point of more.
bool ReadHexEscape(std::string_view& text, std::size_t digits, std::string& out) {
  const auto value = ReadDigits(text, digits, 16);
  if (value && digits == 2) {
    out += static_cast<char>(*value);
    return true;
  }
  if (!value || *value > 0x10ffff || (*value >= 0xd800 && *value < 0xe000)) {
    return false;
  }
  AppendUtf8(out, *value);
  return true;
}

/// Reads what follows a backslash. False: no such escape.
bool ReadEscape(std::string_view& text, char quote, std::string& out) {
  if (text.empty()) {
    return false;
  }
  const char letter = text.front();
  if (letter >= '0' && letter <= '7') {
    return ReadOctalEscape(text, out);
  }
  text.remove_prefix(1);
  const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (digits > 0) {
    return ReadHexEscape(text, digits, out);
  }
  const bool other_quote = (letter == '\'' || letter == '"') && letter != quote;
  const auto* escape = std::ranges::find(kEscapes, letter, &Escape::letter);
  if (other_quote || escape == std::end(kEscapes)) {
    return false;
  }
  out += escape->value;
  return true;
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

tl::unexpected<Error> BadSyntax(std::string_view text) {
  return Fail(ErrorCode::kInvalidArgument, "illegal number syntax: {}", Quoted(text));
}

Result<Value> CharConstant(std::string_view text) {
  const auto bad = [&] {
    return Fail(ErrorCode::kInvalidArgument, "malformed character constant: {}", text);
  };
  std::string_view inside = text.substr(1, text.size() - 2);
  std::string character;
  if (inside.starts_with('\\')) {
    inside.remove_prefix(1);
    if (!ReadEscape(inside, '\'', character)) {
      return bad();
    }
  } else if (!inside.empty()) {
    const std::size_t bytes = DecodeUtf8(inside).bytes;
    character = inside.substr(0, bytes);
    inside.remove_prefix(bytes);
  }
  if (character.empty() || !inside.empty()) {
    return bad();
  }
  return Value::Int(static_cast<std::int64_t>(DecodeUtf8(character).value));
}

struct Base {
  int base;
  std::size_t prefix;
};

Base BaseOf(std::string_view digits) {
  if (digits.size() > 1 && digits[0] == '0') {
    switch (digits[1]) {
      case 'x':
      case 'X':
        return {16, 2};
      case 'b':
      case 'B':
        return {2, 2};
      case 'o':
      case 'O':
        return {8, 2};
      default:
        return {8, 1};
    }
  }
  return {10, 0};
}

std::optional<double> ReadFloat(std::string_view digits) {
  const Base base = BaseOf(digits);
  const bool hex = base.base == 16;
  if (hex) {
    digits.remove_prefix(2);
    if (digits.find_first_of("pP") == std::string_view::npos) {
      return std::nullopt;
    }
  }
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(),
                      digits.data() + digits.size(),
                      value,
                      hex ? std::chars_format::hex : std::chars_format::general);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

Result<Value> RealNumber(std::string_view text, const std::string& digits, bool negative) {
  const Base base = BaseOf(digits);
  const std::string_view plain = std::string_view(digits).substr(base.prefix);
  std::uint64_t magnitude = 0;
  const char* const last = plain.data() + plain.size();
  const auto [end, error] = std::from_chars(plain.data(), last, magnitude, base.base);
  const bool whole = end == last && !plain.empty();
  if (whole && error == std::errc::result_out_of_range) {
    return Fail(ErrorCode::kInvalidArgument, "integer overflow: {}", Quoted(text));
  }
  if (whole && error == std::errc()) {
    constexpr std::uint64_t kMost = INT64_MAX;
    if (magnitude > kMost + (negative ? 1 : 0)) {
      return Fail(ErrorCode::kInvalidArgument, "{} overflows int", text);
    }
    const std::uint64_t bits = negative ? 0 - magnitude : magnitude;
    return Value::Int(static_cast<std::int64_t>(bits));
  }
  const std::optional<double> number = ReadFloat(digits);
  if (!number) {
    return BadSyntax(text);
  }
  return Value::Float(negative ? -*number : *number);
}

std::string WithoutUnderscores(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '_') {
      out += c;
    }
  }
  return out;
}

Result<double> RealPart(std::string_view whole, std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  const auto number = ReadFloat(text.substr(sign ? 1 : 0));
  if (!number) {
    return BadSyntax(whole);
  }
  return negative ? -*number : *number;
}

Result<Value> ComplexNumber(std::string_view whole) {
  const std::string text = WithoutUnderscores(whole.substr(0, whole.size() - 1));
  const std::size_t split = text.find_last_of("+-");
  const bool two_parts = split != std::string::npos && split > 0 && text[split - 1] != 'e';
  double real = 0;
  if (two_parts) {
    SW_TRY_ASSIGN(real, RealPart(whole, std::string_view(text).substr(0, split)));
  }
  SW_TRY_ASSIGN(const double imaginary,
                RealPart(whole, std::string_view(text).substr(two_parts ? split : 0)));
  return Value::Complex({real, imaginary});
}

}  // namespace

Result<std::string> Unquote(std::string_view quoted) {
  const char quote = quoted.empty() ? '\0' : quoted.front();
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  std::string out;
  if (quote == '`') {
    for (const char c : rest) {
      if (c != '\r') {
        out += c;
      }
    }
    return out;
  }
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '\\') {
      out += c;
    } else if (!ReadEscape(rest, quote, out)) {
      return Fail(ErrorCode::kInvalidArgument, "invalid syntax");
    }
  }
  return out;
}

Result<Value> ParseNumberLiteral(std::string_view text, TokenKind kind) {
  if (kind == TokenKind::kCharConstant) {
    return CharConstant(text);
  }
  if (kind == TokenKind::kComplex || text.ends_with('i')) {
    return ComplexNumber(text);
  }
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  return RealNumber(text, WithoutUnderscores(text.substr(sign ? 1 : 0)), negative);
}

}  // namespace sidewatch::alerts::templates
