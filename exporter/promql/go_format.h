#pragma once

#include <string>

namespace sidewatch::promql {

/// A number as Go's `%g` writes it: the shortest digits that read back equal, with an exponent
/// below 1e-4 and from 1e6 (or from 1e21 with `exponent_from` 21).
std::string FormatGoG(double value, int exponent_from = 21);

}  // namespace sidewatch::promql
