#pragma once

#include <span>
#include <string>

namespace sidewatch::net {

/// Two lower-case hexadecimal digits a byte.
std::string Hex(std::span<const unsigned char> bytes);

}  // namespace sidewatch::net
