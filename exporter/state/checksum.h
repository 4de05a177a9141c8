#pragma once

#include <cstdint>
#include <string_view>

namespace sidewatch::state {

/// A 64-bit checksum of stored bytes, against bits that rot; the same on every machine.
std::uint64_t Checksum(std::string_view bytes);

}  // namespace sidewatch::state
