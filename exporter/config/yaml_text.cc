#include "exporter/config/yaml_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace sidewatch::config {
namespace {

constexpr std::string_view kNoUtf8 = "the text is not UTF-8";
constexpr std::string_view kControl = "control characters are not allowed";

struct Lead {
  std::uint8_t mask;
  std::uint8_t bits;
  std::size_t length;
  std::uint32_t least;  ///< A smaller number must be written shorter.
};

constexpr std::array kLeads = {Lead{0x80, 0x00, 1, 0},
                               Lead{0xE0, 0xC0, 2, 0x80},
                               Lead{0xF0, 0xE0, 3, 0x800},
                               Lead{0xF8, 0xF0, 4, 0x10000}};

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// YAML 1.1, 5.1, and the byte order mark, which may stand at the start.
constexpr std::array kAllowed = {Range{'\t', '\n'},
                                 Range{'\r', '\r'},
                                 Range{' ', '~'},
                                 Range{0x85, 0x85},
                                 Range{0xA0, 0xD7FF},
                                 Range{0xE000, 0xFFFD},
                                 Range{0x10000, 0x10FFFF}};

struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;  ///< 0: no UTF-8.
};

Character FirstOf(std::string_view text) {
  const auto byte = static_cast<std::uint8_t>(text.front());
  const auto* const lead =
      std::ranges::find_if(kLeads, [&](const Lead& row) { return (byte & row.mask) == row.bits; });
  if (lead == kLeads.end() || text.size() < lead->length) {
    return {};
  }
  constexpr unsigned kBits = 6;
  constexpr std::uint8_t kMarkOfRest = 0xC0;
  constexpr std::uint8_t kRest = 0x80;
  auto code = static_cast<std::uint32_t>(byte & ~lead->mask);
  for (const char c : text.substr(1, lead->length - 1)) {
    const auto rest = static_cast<std::uint8_t>(c);
    if ((rest & kMarkOfRest) != kRest) {
      return {};
    }
    code = (code << kBits) | static_cast<std::uint32_t>(rest & ~kMarkOfRest);
  }
  return code < lead->least ? Character{} : Character{code, lead->length};
}

bool IsAllowed(std::uint32_t code) {
  return std::ranges::any_of(
      kAllowed, [&](const Range& range) { return code >= range.first && code <= range.last; });
}

UnreadableText At(std::string_view before, std::string_view what) {
  const std::size_t line_start = before.rfind('\n') + 1;
  return {.line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<int>(before.size() - line_start) + 1,
          .what = what};
}

}  // namespace

std::optional<UnreadableText> FindUnreadable(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Character character = FirstOf(text.substr(at));
    if (character.length == 0) {
      return At(text.substr(0, at), kNoUtf8);
    }
    if (!IsAllowed(character.code)) {
      return At(text.substr(0, at), kControl);
    }
    at += character.length;
  }
  return std::nullopt;
}

std::string Delimited(std::string_view text) {
  constexpr std::string_view kNextDocument = "---\n";
  std::string lines;
  lines.reserve(text.size() + kNextDocument.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool alone = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    lines.push_back(alone ? '\n' : text[i]);
  }
  if (lines.ends_with('\n')) {
    lines.append(kNextDocument);
  }
  return lines;
}

}  // namespace sidewatch::config
