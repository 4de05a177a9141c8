#pragma once

#include <bit>
#include <cstdint>

#include "exporter/base/clock.h"

namespace sidewatch {

/// The bits of the NaN that ends a series, the same as Prometheus'. Any other NaN is a value.
inline constexpr std::uint64_t kStaleNanBits = 0x7ff0000000000002;
/// The bits of the NaN that Prometheus writes for an ordinary NaN value.
inline constexpr std::uint64_t kNormalNanBits = 0x7ff8000000000001;

inline double StaleNan() {
  return std::bit_cast<double>(kStaleNanBits);
}

inline double NormalNan() {
  return std::bit_cast<double>(kNormalNanBits);
}

inline bool IsStale(double value) {
  return std::bit_cast<std::uint64_t>(value) == kStaleNanBits;
}

/// One value at one time.
struct Sample {
  TimePoint at;
  double value = 0;
};

}  // namespace sidewatch
