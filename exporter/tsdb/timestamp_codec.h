#pragma once

#include <cstddef>
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

/// Times in a row, by their places.
struct Places {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - begin; }
};

/// Of the times of a chunk those with `from <= time <= to`.
struct TimeSlice {
  std::size_t total = 0;   ///< Times that were written.
  std::int64_t first = 0;  ///< Of them.
  std::int64_t from = 0;
  std::int64_t to = 0;
};

/// Appends a slice of what EncodeTimes wrote to `out` and says where it lies. Nothing: the bytes
/// are not such.
std::optional<Places> DecodeTimes(ByteReader& in,
                                  const TimeSlice& slice,
                                  std::vector<std::int64_t>& out);

/// The step between any two times, if it is always the same (0 for a single time).
std::optional<std::int64_t> SteadyStep(std::span<const std::int64_t> times);

}  // namespace sidewatch::tsdb
