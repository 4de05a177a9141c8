#include "exporter/model/regex_error.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace sidewatch {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kRegexReasons = {{
    {"missing ]", "missing closing ]"},
    {"missing )", "missing closing )"},
    {"trailing \\", "trailing backslash at end of expression: ``"},
    {"no argument for repetition operator", "missing argument to repetition operator"},
    {"invalid repetition size", "invalid repeat count"},
    {"bad repetition operator", "invalid nested repetition operator"},
    {"invalid perl operator", "invalid or unsupported Perl syntax"},
    {"invalid named capture group", "invalid named capture"},
}};

}  // namespace

std::string GoRegexError(std::string_view message) {
  const std::size_t colon = message.find(": ");
  const std::string_view reason = message.substr(0, colon);
  const auto* row = std::ranges::find(kRegexReasons, reason, [](const auto& r) { return r.first; });
  const std::string_view words = row == kRegexReasons.end() ? reason : row->second;
  if (colon == std::string_view::npos) {
    return fmt::format("error parsing regexp: {}", words);
  }
  return fmt::format("error parsing regexp: {}: `{}`", words, message.substr(colon + 2));
}

}  // namespace sidewatch
