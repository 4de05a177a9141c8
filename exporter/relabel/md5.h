#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sidewatch::relabel {

/// RFC 1321's digest, which action `hashmod` shards by. Not for anything that must be secure.
std::array<std::uint8_t, 16> Md5(std::string_view text);

}  // namespace sidewatch::relabel
