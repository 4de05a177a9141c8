#pragma once

#include <string>
#include <string_view>

namespace sidewatch::relabel {

/// Letter by letter as Unicode maps them, whatever the locale; what is no valid UTF-8 stays.
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);

}  // namespace sidewatch::relabel
