#pragma once

#include <string>

namespace sidewatch::promql {

/// A number as Go's `%g` writes it: the shortest digits that read back equal, with an exponent
/// below 1e-4 and from 1e6.
std::string FormatGoG(double value);

/// A number as Go's FormatFloat(value, 'f', -1, 64) writes it: the shortest digits that read back
/// equal, never an exponent.
std::string FormatGoF(double value);

}  // namespace sidewatch::promql
