#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "exporter/tsdb/byte_io.h"

namespace sidewatch::tsdb {

/// Memory that EncodeValues uses again and again.
struct ValueScratch {
  std::vector<std::int64_t> integers;
  std::vector<std::uint32_t> specials;
  std::string other;
};

/// Appends `values` in the smallest of the known forms; every bit of every double is kept.
void EncodeValues(std::span<const double> values, ValueScratch& scratch, std::string& out);

/// Of `total` values in a row those from `begin` on, as many as there is room for.
struct ValueSlice {
  std::size_t total = 0;
  std::size_t begin = 0;
};

/// Reads a slice of what EncodeValues wrote into `out`; `scratch` is as long as the values up to
/// its end. False: the bytes are not such.
bool DecodeValues(ByteReader& in,
                  const ValueSlice& slice,
                  std::span<std::int64_t> scratch,
                  std::span<double> out);

}  // namespace sidewatch::tsdb
