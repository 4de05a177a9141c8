#pragma once

#include <cstdint>
#include <string_view>

namespace sidewatch::promql {

/// The keys of a native histogram literal, `{{schema:0 buckets:[1 2]}}`.
enum class HistogramKey : std::uint8_t {
  kSum,
  kCount,
  kSchema,
  kOffset,
  kNegativeOffset,
  kBuckets,
  kNegativeBuckets,
  kZeroBucket,
  kZeroBucketWidth,
  kCustomValues,
  kCounterResetHint,
};

struct HistogramKeyInfo {
  HistogramKey key;
  std::string_view text;
  /// What Prometheus' error messages call it, which tell no name.
  int number;
};

/// The key of that spelling in any case, or null.
const HistogramKeyInfo* FindHistogramKey(std::string_view word);

}  // namespace sidewatch::promql
