#include "collectors/logs/formats.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sidewatch::logs {
namespace {

constexpr std::array kFormats = {
    Format{"combined", &ParseCombined},
    Format{"json", &ParseJson},
    Format{"logfmt", &ParseLogfmt},
    Format{"python", &ParsePython},
    Format{"plain", &ParsePlain},
};

constexpr std::size_t kLinesToLookAt = 20;

}  // namespace

std::span<const Format> Formats() {
  return kFormats;
}

const Format* FindFormat(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? nullptr : found;
}

const Format* DetectFormat(std::string_view head) {
  std::array<int, kFormats.size()> votes{};
  Record record;
  std::size_t lines = 0;
  while (lines < kLinesToLookAt) {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos) {
      break;
    }
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 1);
    if (line.empty()) {
      continue;
    }
    ++lines;
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
      record.Clear();
      if (kFormats[i].parse(line, record)) {
        ++votes[i];
        break;
      }
    }
  }
  if (lines == 0) {
    return nullptr;
  }
  // Continuation lines, a traceback for example, are plain: they vote only where nothing else does.
  auto* const last = votes.end() - 1;
  auto* const best = std::max_element(votes.begin(), last);
  return &kFormats[static_cast<std::size_t>((*best > 0 ? best : last) - votes.begin())];
}

void ParseLine(const Format& format, std::string_view line, Record& record) {
  record.Clear();
  if (!format.parse(line, record)) {
    record.Clear();
    ParsePlain(line, record);
  }
}

}  // namespace sidewatch::logs
