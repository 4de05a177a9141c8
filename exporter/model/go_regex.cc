#include "exporter/model/go_regex.h"

#include <algorithm>

namespace sidewatch {
namespace {

constexpr std::string_view kGroup = "(?<";

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Whether a named group begins `text`.
bool BeginsGroup(std::string_view text) {
  if (!text.starts_with(kGroup)) {
    return false;
  }
  const std::string_view name = text.substr(kGroup.size());
  const std::size_t length =
      static_cast<std::size_t>(std::ranges::find_if_not(name, IsNameChar) - name.begin());
  return length > 0 && name.substr(length).starts_with('>');
}

/// How long a quoted text, an escape or a class at the front of `text` is, in which nothing begins
/// a group; 0: none is there.
std::size_t OpaqueLength(std::string_view text) {
  if (text.starts_with("\\Q")) {
    const std::size_t end = text.find("\\E");
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (text.starts_with('\\')) {
    return std::min<std::size_t>(2, text.size());
  }
  if (!text.starts_with('[')) {
    return 0;
  }
  std::size_t at = text.starts_with("[^") ? 2 : 1;
  at += text.substr(at).starts_with(']') ? 1 : 0;  // The first one is a member.
  while (at < text.size() && text[at] != ']') {
    at += text[at] == '\\' ? 2 : 1;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

std::string ToRe2Syntax(std::string_view pattern) {
  if (pattern.find(kGroup) == std::string_view::npos) {
    return std::string(pattern);
  }
  std::string out;
  while (!pattern.empty()) {
    const bool group = BeginsGroup(pattern);
    out += group ? "(?P<" : "";
    const std::size_t taken =
        group ? kGroup.size() : std::max<std::size_t>(OpaqueLength(pattern), 1);
    out += group ? std::string_view() : pattern.substr(0, taken);
    pattern.remove_prefix(taken);
  }
  return out;
}

}  // namespace sidewatch
