#include "collectors/logs/level.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sidewatch::logs {
namespace {

struct Word {
  std::string_view text;
  Level level;
};

constexpr Word kWords[] = {
    {"alert", Level::kCritical},  {"crit", Level::kCritical}, {"critical", Level::kCritical},
    {"dbg", Level::kDebug},       {"debug", Level::kDebug},   {"emerg", Level::kFatal},
    {"emergency", Level::kFatal}, {"err", Level::kError},     {"error", Level::kError},
    {"fatal", Level::kFatal},     {"info", Level::kInfo},     {"information", Level::kInfo},
    {"notice", Level::kNotice},   {"panic", Level::kFatal},   {"severe", Level::kError},
    {"trace", Level::kTrace},     {"verbose", Level::kDebug}, {"warn", Level::kWarning},
    {"warning", Level::kWarning},
};
static_assert(std::ranges::is_sorted(kWords, {}, &Word::text));

constexpr std::size_t kLongestWord = 11;
// A level stands in the head of a line; further on it is part of what the line tells.
constexpr std::size_t kHead = 160;

constexpr std::array<std::string_view, 9> kNames = {
    "unknown", "trace", "debug", "info", "notice", "warning", "error", "critical", "fatal"};

constexpr bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool IsCapital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool IsOneOf(char c, std::string_view chars) {
  return chars.find(c) != std::string_view::npos;
}

/// A word in a line with the characters around it; a space stands for the line's ends.
struct Place {
  std::string_view word;
  char before;
  char after;
  bool first;         ///< Nothing stands before it.
  bool after_prefix;  ///< `: ` stands before it, as behind syslog's `sshd[1]: `.
};

bool InBrackets(const Place& place) {
  return (place.before == '[' && place.after == ']') ||
         (place.before == '<' && place.after == '>') || (place.before == '|' && place.after == '|');
}

bool IsMarked(const Place& place) {
  if (InBrackets(place)) {
    return true;
  }
  if (std::ranges::all_of(place.word, IsCapital)) {
    return IsOneOf(place.before, " \t[(<|:=\"'-") && IsOneOf(place.after, " \t])>|:,\"'-;/");
  }
  if (place.after == ':') {
    return place.first || place.after_prefix;
  }
  return place.before == '=' && IsOneOf(place.after, " \t,;");
}

Level LevelAt(const Place& place) {
  const Level level = ParseLevel(place.word);
  if (level != Level::kUnknown) {
    return IsMarked(place) ? level : Level::kUnknown;
  }
  // PostgreSQL: what is worth telling the operator has this level.
  return place.word == "LOG" && place.after == ':' ? Level::kInfo : Level::kUnknown;
}

}  // namespace

std::string_view LevelName(Level level) {
  return kNames[static_cast<std::size_t>(level)];
}

Level ParseLevel(std::string_view word) {
  if (word.size() < 3 || word.size() > kLongestWord) {
    return Level::kUnknown;
  }
  std::array<char, kLongestWord> lower{};
  for (std::size_t i = 0; i < word.size(); ++i) {
    lower[i] = IsCapital(word[i]) ? static_cast<char>(word[i] - 'A' + 'a') : word[i];
  }
  const std::string_view text(lower.data(), word.size());
  const auto* found = std::ranges::lower_bound(kWords, text, {}, &Word::text);
  return found != std::end(kWords) && found->text == text ? found->level : Level::kUnknown;
}

Level LevelOfNumber(double number) {
  constexpr std::array kPino = {
      Level::kTrace, Level::kDebug, Level::kInfo, Level::kWarning, Level::kError, Level::kFatal};
  for (std::size_t i = 0; i < kPino.size(); ++i) {
    if (number == 10.0 * static_cast<double>(i + 1)) {
      return kPino[i];
    }
  }
  return Level::kUnknown;
}

Level FindLevel(std::string_view line) {
  const std::size_t head = std::min(line.size(), kHead);
  std::size_t i = 0;
  while (i < head) {
    if (!IsLetter(line[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < line.size() && IsLetter(line[i])) {
      ++i;
    }
    if (i - begin < 3 || i - begin > kLongestWord) {
      continue;
    }
    const Level level = LevelAt({.word = line.substr(begin, i - begin),
                                 .before = begin > 0 ? line[begin - 1] : ' ',
                                 .after = i < line.size() ? line[i] : ' ',
                                 .first = begin == 0,
                                 .after_prefix = line.substr(0, begin).ends_with(": ")});
    if (level != Level::kUnknown) {
      return level;
    }
  }
  return Level::kUnknown;
}

}  // namespace sidewatch::logs
