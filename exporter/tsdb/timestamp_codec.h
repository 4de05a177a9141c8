#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exporter/tsdb/byte_io.h"

namespace sidewatch::tsdb {

/// Appends all times but the first, which stands in the head of the chunk. `scratch` is any vector.
void EncodeTimes(std::span<const std::int64_t> times,
                 std::vector<std::int64_t>& scratch,
                 std::string& out);

/// Reads as many times as `out` holds, the first being `first`. False: the bytes are not such.
bool DecodeTimes(ByteReader& in, std::int64_t first, std::span<std::int64_t> out);

/// The step between any two times, if it is always the same (0 for a single time).
std::optional<std::int64_t> SteadyStep(std::span<const std::int64_t> times);

}  // namespace sidewatch::tsdb
