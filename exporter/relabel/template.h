#pragma once

#include <span>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}  // namespace re2

namespace sidewatch::relabel {

/// True if a template names a group of the expression.
inline bool HasVariable(std::string_view text) {
  return text.find('$') != std::string_view::npos;
}

/// Writes `text` with `$1`, `${1}`, `$name` and `${name}` replaced by what the groups matched, as
/// Go's regexp does: `$$` is a dollar, an unknown group is nothing, a name is as long as it can be
/// (`$1x` is the group `1x`), and a dollar before anything else stands for itself.
///
/// Shape: `groups` begins with the whole match; a group that took no part has no data.
std::string Expand(std::string_view text,
                   const re2::RE2& regex,
                   std::span<const std::string_view> groups);

}  // namespace sidewatch::relabel
