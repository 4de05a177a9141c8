#pragma once

#include <string_view>

namespace sidewatch::promql {

/// The order in which people number things: `node2` before `node10`. Runs of digits compare as
/// numbers, all else byte by byte.
bool NaturallyBefore(std::string_view a, std::string_view b);

}  // namespace sidewatch::promql
