#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sidewatch::tsdb {

/// Powers of ten that a double holds exactly.
inline constexpr double kPowersOfTen[] = {1e0,
                                          1e1,
                                          1e2,
                                          1e3,
                                          1e4,
                                          1e5,
                                          1e6,
                                          1e7,
                                          1e8,
                                          1e9,
                                          1e10,
                                          1e11,
                                          1e12,
                                          1e13,
                                          1e14,
                                          1e15,
                                          1e16,
                                          1e17,
                                          1e18};
inline constexpr unsigned kMaxExponent = 18;

/// `integer` scaled back: both are exact and the quotient is rounded once, so it is the very double
/// that a source printed with `exponent` digits behind the point.
inline double FromDecimal(std::int64_t integer, unsigned exponent) {
  return static_cast<double>(integer) / kPowersOfTen[exponent];
}

/// The integer that FromDecimal turns into exactly `value`. Nothing: there is none below 2^51, so
/// also for NaN, infinities and -0.
inline std::optional<std::int64_t> ToDecimal(double value, unsigned exponent) {
  constexpr double kLimit = 2251799813685248.0;    // 2^51
  constexpr double kRounder = 6755399441055744.0;  // 1.5 * 2^52: its last bit counts ones.
  const double scaled = value * kPowersOfTen[exponent];
  if (!(std::fabs(scaled) < kLimit)) {
    return std::nullopt;
  }
  const double rounded = (scaled + kRounder) - kRounder;
  const double back = rounded / kPowersOfTen[exponent];
  if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(rounded);
}

/// The smallest exponent from `from` on with which ToDecimal finds an integer; past kMaxExponent:
/// none does.
inline unsigned FindExponent(double value, unsigned from) {
  unsigned exponent = from;
  while (exponent <= kMaxExponent && !ToDecimal(value, exponent).has_value()) {
    ++exponent;
  }
  return exponent;
}

}  // namespace sidewatch::tsdb
