#pragma once

#include <string>
#include <string_view>

namespace sidewatch::net {

/// The SHA-256 of `text` as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view text);

}  // namespace sidewatch::net
