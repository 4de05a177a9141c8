#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/model/label_set.h"

namespace sidewatch::promql {

/// The first character of a text. A byte that begins no UTF-8 sequence is U+FFFD, one byte long.
struct Rune {
  char32_t value = 0;
  std::size_t bytes = 0;  ///< 0: the text is empty.
};

inline constexpr char32_t kReplacementRune = 0xFFFD;

Rune FirstRune(std::string_view text);

/// Appends `rune` as UTF-8.
void AppendRune(std::string& out, char32_t rune);

/// The first character of `text` in single quotes, as Go's %q writes a rune.
std::string QuoteFirstRune(std::string_view text);

/// In double quotes, as AppendQuoted() writes.
std::string Quoted(std::string_view text);

/// Labels as Go prints them, the name among them: `{__name__="x", label="alpha"}`.
std::string PrintLabelSet(const LabelSet& labels);

/// `lower` is in lower case already. ASCII only, as keywords are.
bool EqualsIgnoringCase(std::string_view text, std::string_view lower);

constexpr bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool IsAlpha(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool IsAlphanumeric(char c) {
  return IsAlpha(c) || IsDigit(c);
}

/// The value of a digit of any base up to 16; 16 for what is none.
constexpr unsigned DigitValue(char c) {
  if (IsDigit(c)) {
    return static_cast<unsigned>(c - '0');
  }
  if (c >= 'a' && c <= 'f') {
    return static_cast<unsigned>(c - 'a' + 10);
  }
  if (c >= 'A' && c <= 'F') {
    return static_cast<unsigned>(c - 'A' + 10);
  }
  return 16;
}

}  // namespace sidewatch::promql
