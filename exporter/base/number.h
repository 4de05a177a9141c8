#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidewatch {

/// Room for any number below.
inline constexpr std::size_t kMostNumberChars = 40;

/// Writes a sample value as Prometheus' API and text format write it: the shortest decimal that
/// reads back equal, plain between 1e-6 and 1e21, else with an exponent of at least two digits;
/// `NaN`, `+Inf`, `-Inf`. `out` has room for kMostNumberChars; gives what is behind the last.
char* WriteNumber(char* out, double value);

/// Appends what WriteNumber writes.
void AppendNumber(std::string& out, double value);

std::string FormatNumber(double value);

/// Reads a sample value as Go's ParseFloat does for Prometheus: decimal, `NaN`, `Inf`, `+Inf` in
/// any case. Hexadecimal and digit separators are refused. Out of range gives ±Inf, underflow 0.
/// Nothing: not a number.
std::optional<double> ParseNumber(std::string_view text);

/// Reads a whole decimal integer. Nothing: not one, or out of range.
std::optional<std::int64_t> ParseInteger(std::string_view text);

}  // namespace sidewatch
