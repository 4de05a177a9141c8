#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::promql {

/// Reads a number as Go does for Prometheus: an integer with `0x`, `0b`, `0o` or `0` (octal) in
/// front, else a float; `_` between digits; `inf` and `nan` in any case.
///
/// Errors: kInvalidArgument with the words of Go's strconv.
Result<double> ParseNumberLiteral(std::string_view text);

/// Reads a float as Go's ParseFloat does: what ParseNumber() reads, `_` between digits, and
/// hexadecimal with an exponent, `0x1p-2`. Nothing: not a number, or too large for one.
std::optional<double> ParseGoFloat(std::string_view text);

/// Reads a decimal count without sign. Errors: kInvalidArgument with the words of Go's strconv.
Result<std::uint64_t> ParseCount(std::string_view text);

/// The value of a string literal, quotes included in `text`. The lexer has checked the escapes.
std::string Unquote(std::string_view text);

}  // namespace sidewatch::promql
