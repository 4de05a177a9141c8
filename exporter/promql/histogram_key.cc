#include "exporter/promql/histogram_key.h"

#include <algorithm>
#include <array>

#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

using enum HistogramKey;

constexpr std::array kKeys = {
    HistogramKeyInfo{kSum, "sum", 57370},
    HistogramKeyInfo{kCount, "count", 57371},
    HistogramKeyInfo{kSchema, "schema", 57372},
    HistogramKeyInfo{kOffset, "offset", 57373},
    HistogramKeyInfo{kNegativeOffset, "n_offset", 57374},
    HistogramKeyInfo{kBuckets, "buckets", 57375},
    HistogramKeyInfo{kNegativeBuckets, "n_buckets", 57376},
    HistogramKeyInfo{kZeroBucket, "z_bucket", 57377},
    HistogramKeyInfo{kZeroBucketWidth, "z_bucket_w", 57378},
    HistogramKeyInfo{kCustomValues, "custom_values", 57379},
    HistogramKeyInfo{kCounterResetHint, "counter_reset_hint", 57380},
};

}  // namespace

const HistogramKeyInfo* FindHistogramKey(std::string_view word) {
  const auto* const found = std::ranges::find_if(
      kKeys, [word](const HistogramKeyInfo& row) { return EqualsIgnoringCase(word, row.text); });
  return found == kKeys.end() ? nullptr : &*found;
}

}  // namespace sidewatch::promql
