#pragma once

#include <string>
#include <string_view>

namespace sidewatch {

/// Go's words for a regular expression that RE2 refused with `message`, as Matcher::Create gives
/// it: "error parsing regexp: missing closing ): `(`".
std::string GoRegexError(std::string_view message);

}  // namespace sidewatch
