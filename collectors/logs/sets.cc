#include "collectors/logs/sets.h"

#include <algorithm>
#include <array>

namespace sidewatch::logs {
namespace {

constexpr char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::span<const LogSet* const> LogSets() {
  static constexpr std::array kSets = {
      &kLevelsSet,
      &kAuthFailuresSet,
      &kDatabaseErrorsSet,
      &kHttpSet,
      &kSlowSet,
      &kUploadsSet,
  };
  return kSets;
}

const LogSet* FindLogSet(std::string_view name) {
  const auto sets = LogSets();
  const auto found = std::ranges::find(sets, name, &LogSet::name);
  return found == sets.end() ? nullptr : *found;
}

bool HoldsWord(std::string_view text, std::string_view word) {
  const auto found =
      std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
        return Lower(a) == b;
      });
  return found != text.end();
}

}  // namespace sidewatch::logs
