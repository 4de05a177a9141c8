#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "exporter/tsdb/byte_io.h"

namespace sidewatch::tsdb {

/// Stands beside the width where a shift and patches follow.
inline constexpr std::uint8_t kExtendedPacking = 0x80;

/// Appends `values` in as few bits each as nearly all of them need; any values are kept exactly.
void PackIntegers(std::span<const std::int64_t> values, std::string& out);

/// Appends numbers bit after bit, the lowest first.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  /// The lowest `width` bits of `value` (at most 64); the others are zero.
  void Put(std::uint64_t value, unsigned width) {
    pending_ |= value << used_;
    used_ += width;
    if (used_ >= 64) {
      PutRaw(out_, pending_);
      used_ -= 64;
      pending_ = used_ == 0 ? 0 : value >> (width - used_);
    }
  }

  /// Appends the last, partly filled bytes.
  void Flush();

 private:
  std::string& out_;
  std::uint64_t pending_ = 0;
  unsigned used_ = 0;
};

/// The `width` bits (at most 64) of `bytes` that begin at bit `position`; bits past the end are
/// zero.
std::uint64_t ReadBits(std::string_view bytes, std::size_t position, unsigned width);

inline std::uint64_t LowBits(unsigned width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

}  // namespace sidewatch::tsdb
