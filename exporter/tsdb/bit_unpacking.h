#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "exporter/tsdb/byte_io.h"

namespace sidewatch::tsdb {

// What PackIntegers wrote of `total` values. Each function writes the first of them, as many as
// `out` holds (at most `total`), and reads past all. False: the bytes are not such.

bool UnpackIntegers(ByteReader& in, std::size_t total, std::span<std::int64_t> out);

/// Of differences: each of `out` is the one before it, at first `value`, and the next difference.
/// Sums wrap around.
bool UnpackSums(ByteReader& in, std::size_t total, std::int64_t value, std::span<std::int64_t> out);

/// Of differences of differences; `difference` is the one that led to `value`.
bool UnpackSumsOfSums(ByteReader& in,
                      std::size_t total,
                      std::int64_t value,
                      std::int64_t difference,
                      std::span<std::int64_t> out);

/// True if the values are all zero; only then they are read.
bool SkipZeros(ByteReader& in, std::size_t total);

}  // namespace sidewatch::tsdb
