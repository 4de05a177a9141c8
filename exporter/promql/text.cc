#include "exporter/promql/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace sidewatch::promql {
namespace {

constexpr std::size_t kLongestSequence = 4;

char ToLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t SequenceBytes(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xE0) {
    return 2;
  }
  return lead < 0xF0 ? 3 : kLongestSequence;
}

struct Escape {
  char character;
  std::string_view written;
};

constexpr std::array kRuneEscapes = {
    Escape{'\a', "\\a"},
    Escape{'\b', "\\b"},
    Escape{'\f', "\\f"},
    Escape{'\n', "\\n"},
    Escape{'\r', "\\r"},
    Escape{'\t', "\\t"},
    Escape{'\v', "\\v"},
    Escape{'\\', "\\\\"},
    Escape{'\'', "\\'"},
};

}  // namespace

Rune FirstRune(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = SequenceBytes(lead);
  if (bytes == 1) {
    return {lead, 1};
  }
  if (bytes > text.size() || !IsValidUtf8(text.substr(0, bytes))) {
    return {kReplacementRune, 1};
  }
  char32_t value = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {value, bytes};
}

void AppendRune(std::string& out, char32_t rune) {
  const auto continuation = [&out, rune](unsigned shift) {
    out += static_cast<char>(0x80U | ((rune >> shift) & 0x3FU));
  };
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0U | (rune >> 6U));
    continuation(0);
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0U | (rune >> 12U));
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0U | (rune >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::string QuoteFirstRune(std::string_view text) {
  const Rune rune = FirstRune(text);
  if (rune.bytes == 1 && rune.value < 0x80) {
    const char c = text.front();
    const auto* const escape = std::ranges::find(kRuneEscapes, c, &Escape::character);
    if (escape != kRuneEscapes.end()) {
      return fmt::format("'{}'", escape->written);
    }
    if (rune.value < 0x20 || rune.value == 0x7F) {
      return fmt::format("'\\x{:02x}'", static_cast<std::uint32_t>(rune.value));
    }
  }
  // Go's lexer sees the end of the text as a character that is none.
  std::string quoted = "'";
  AppendRune(quoted, rune.bytes == 0 ? kReplacementRune : rune.value);
  return quoted + "'";
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, ToLower);
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  AppendQuoted(quoted, text);
  return quoted;
}

std::string PrintLabelSet(const LabelSet& labels) {
  std::string text = "{";
  for (const Label label : labels) {
    if (text.size() > 1) {
      text += ", ";
    }
    if (IsClassicLabelName(label.name)) {
      text += label.name;
    } else {
      AppendQuoted(text, label.name);
    }
    text += '=';
    AppendQuoted(text, label.value);
  }
  return text + '}';
}

}  // namespace sidewatch::promql
