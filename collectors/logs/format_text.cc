// Free text and what is nearly so: logfmt's pairs, Python's logging, everything else.

#include <algorithm>
#include <array>
#include <cstddef>

#include "collectors/logs/fields.h"
#include "collectors/logs/formats.h"

namespace sidewatch::logs {
namespace {

constexpr auto kNone = std::string_view::npos;

constexpr bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '@';
}

/// Takes a value that begins at `rest`: bare up to a space, or in quotes with escapes.
bool TakeValue(std::string_view& rest, Field& field) {
  field.quoted = !rest.empty() && rest.front() == '"';
  if (!field.quoted) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    field.value = rest.substr(0, end);
    rest.remove_prefix(end);
    return true;
  }
  rest.remove_prefix(1);
  std::size_t at = rest.find_first_of("\"\\");
  while (at != kNone && rest[at] == '\\') {
    field.escaped = true;
    at = rest.find_first_of("\"\\", at + 2);
  }
  if (at == kNone) {
    return false;
  }
  field.value = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return true;
}

/// `duration: 1234.5 ms` (PostgreSQL), `took 0.25s`, `in 123ms`.
void FindSeconds(std::string_view line, Record& record) {
  constexpr std::array<std::string_view, 4> kBefore = {
      "duration: ", "duration=", " took ", "request_time="};
  for (const std::string_view before : kBefore) {
    const std::size_t at = line.find(before);
    if (at == kNone) {
      continue;
    }
    std::string_view rest = line.substr(at + before.size());
    const std::string_view word = rest.substr(0, rest.find_first_of(" ,;)"));
    rest.remove_prefix(word.size());
    const bool milliseconds = rest.starts_with(" ms");
    record.seconds = ParseSeconds(word, milliseconds ? 1e-3 : 1);
    return;
  }
}

}  // namespace

bool ParseLogfmt(std::string_view line, Record& record) {
  record.message = line;
  std::string_view rest = line;
  int pairs = 0;
  while (!rest.empty()) {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
      continue;
    }
    const auto* const end = std::find_if_not(rest.begin(), rest.end(), IsNameChar);
    const auto size = static_cast<std::size_t>(end - rest.begin());
    Field field{.name = rest.substr(0, size), .value = {}};
    rest.remove_prefix(size);
    if (size == 0 || (!rest.empty() && rest.front() != '=' && rest.front() != ' ')) {
      return false;
    }
    if (rest.empty() || rest.front() == ' ') {
      // A word without value: logfmt allows it, but a sentence is not logfmt.
      if (pairs == 0) {
        return false;
      }
      continue;
    }
    rest.remove_prefix(1);
    if (!TakeValue(rest, field)) {
      return false;
    }
    ++pairs;
    TakeField(field, record);
  }
  return pairs >= 2;
}

bool ParsePython(std::string_view line, Record& record) {
  constexpr std::array<std::string_view, 7> kWords = {
      "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "FATAL", "WARN"};
  // A continuation line of a traceback has no level even if one of these words is in it.
  if (line.empty() || line.front() == ' ' || line.front() == '\t') {
    return false;
  }
  const std::string_view head = line.substr(0, 160);
  if (std::ranges::none_of(kWords,
                           [head](std::string_view word) { return head.find(word) != kNone; })) {
    return false;
  }
  ParsePlain(line, record);
  return record.level != Level::kUnknown;
}

bool ParsePlain(std::string_view line, Record& record) {
  record.message = line;
  record.level = FindLevel(line);
  FindRequest(line, record);
  FindSeconds(line, record);
  return true;
}

}  // namespace sidewatch::logs
