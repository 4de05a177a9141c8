#pragma once

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

/// Reads as many values as `out` holds; `scratch` is as long as `out`. False: the bytes are not
/// what EncodeValues wrote.
bool DecodeValues(ByteReader& in, std::span<std::int64_t> scratch, std::span<double> out);

}  // namespace sidewatch::tsdb
