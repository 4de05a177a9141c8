#pragma once

#include <string>
#include <string_view>

namespace sidewatch {

/// `pattern`, in Go's syntax, as the distribution's RE2 reads it: Go takes `(?<name>…)`, too, where
/// that knows `(?P<name>…)` alone. What is no regular expression stays as it is.
std::string ToRe2Syntax(std::string_view pattern);

}  // namespace sidewatch
