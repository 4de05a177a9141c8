#pragma once

#include <string>

namespace sidewatch::promql {

/// A number as Go's `%g` writes it: the shortest digits that read back equal, with an exponent
/// below 1e-4 and from 10^`exponent_from`.
std::string FormatGoG(double value, int exponent_from = 6);

}  // namespace sidewatch::promql
