#pragma once

#include <cstdint>

#include "exporter/model/label_set.h"

namespace sidewatch::promql {

/// The hash by which limit_ratio chooses series: XXH64 over the sorted pairs, each name and value
/// followed by the byte 0xff. The same as Prometheus', so that the same series are chosen.
std::uint64_t HashForRatio(const LabelSet& labels);

/// XXH64 with seed 0.
std::uint64_t Xxh64(std::string_view text);

}  // namespace sidewatch::promql
