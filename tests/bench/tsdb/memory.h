#pragma once

#include <cstddef>

namespace sidewatch::bench {

/// Bytes that malloc has handed out and not got back.
std::size_t AllocatedBytes();

}  // namespace sidewatch::bench
