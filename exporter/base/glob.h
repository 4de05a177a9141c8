#pragma once

#include <string>
#include <vector>

namespace sidewatch {

/// What a pattern may hold besides `*`, `?` and `[a-z]`: `{a,b}` or nothing more.
enum class GlobBraces { kNo, kYes };

/// The paths that a shell's pattern matches, sorted; none if it matches nothing or cannot be read.
/// `~` and variables are plain letters. Threads: safe.
std::vector<std::string> Glob(const std::string& pattern, GlobBraces braces = GlobBraces::kNo);

}  // namespace sidewatch
