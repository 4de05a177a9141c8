// Frame of reference with patches. All values less the reference are shifted right by the bits
// that are zero in each of them (pages of 4096 bytes, whole thousands), and stored in the width
// that makes the whole smallest. The few that do not fit keep their low bits there and their high
// bits in a list of patches behind: one counter reset or one missed scrape does not widen the rest.
//
//   +---------------------------+------------------+--------------------------------------------+
//   | width 0-64, 0x80: extended| reference zigzag | extended: shift u8, number of patches var. |
//   | u8                        | varint           |                                            |
//   +---------------------------+------------------+--------------------------------------------+
//   | values, `width` bits each, lowest bit first, up to a whole byte                           |
//   +-------------------------------------------------------------------------------------------+
//   | patches: places since the one before varint, high bits varint                             |
//   +-------------------------------------------------------------------------------------------+
//
// The lowest values can be outliers too, so two references are tried: the smallest value and the
// fourth smallest. What lies below the reference wraps around to a huge number, thus is a patch.

#include "exporter/tsdb/bit_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace sidewatch::tsdb {
namespace {

constexpr unsigned kWordBits = 64;

struct Plan {
  std::uint64_t reference = 0;
  unsigned shift = 0;
  unsigned width = 0;
  std::size_t patches = 0;
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

using WidthCounts = std::array<std::uint32_t, kWordBits + 1>;

/// Finds the width that makes the whole smallest, coming from the widest value down.
void ChooseWidth(const WidthCounts& counts, std::size_t total, Plan& plan) {
  // A patch costs a byte for its place and a byte for each 7 bits above the width.
  std::size_t patches = 0;
  std::size_t high_bits = 0;  // Sum over the patches of their bits above the width.
  for (unsigned width = kWordBits + 1; width-- > 0;) {
    const std::size_t bytes =
        (total * width + 7) / 8 + patches + (high_bits + 3 * patches) / 7 + patches / 2;
    if (bytes < plan.bytes) {
      plan.bytes = bytes;
      plan.width = width;
      plan.patches = patches;
    }
    patches += counts[width];
    high_bits += patches;
  }
}

Plan MakePlan(std::span<const std::int64_t> values, std::int64_t reference) {
  Plan plan;
  plan.reference = static_cast<std::uint64_t>(reference);
  std::uint64_t any = 0;
  for (const std::int64_t value : values) {
    any |= static_cast<std::uint64_t>(value) - plan.reference;
  }
  plan.shift = any == 0 ? 0 : static_cast<unsigned>(std::countr_zero(any));
  WidthCounts counts = {};
  for (const std::int64_t value : values) {
    const std::uint64_t offset = (static_cast<std::uint64_t>(value) - plan.reference) >> plan.shift;
    ++counts[static_cast<std::size_t>(std::bit_width(offset))];
  }
  ChooseWidth(counts, values.size(), plan);
  return plan;
}

/// The smallest value and the fourth smallest (the largest, if there are fewer).
std::pair<std::int64_t, std::int64_t> References(std::span<const std::int64_t> values) {
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  std::array<std::int64_t, 4> smallest = {kNone, kNone, kNone, kNone};
  for (const std::int64_t value : values) {
    if (value < smallest.back()) {
      smallest.back() = value;
      for (std::size_t i = smallest.size() - 1; i > 0 && smallest[i] < smallest[i - 1]; --i) {
        std::swap(smallest[i], smallest[i - 1]);
      }
    }
  }
  return {smallest.front(), smallest.back()};
}

Plan MakeBestPlan(std::span<const std::int64_t> values) {
  if (values.empty()) {
    return {.bytes = 0};
  }
  constexpr std::size_t kFew = 8;
  const auto [smallest, fourth] = References(values);
  const Plan plan = MakePlan(values, smallest);
  if (smallest == fourth || plan.bytes <= kFew || values.size() <= kFew) {
    return plan;
  }
  const Plan other = MakePlan(values, fourth);
  return other.bytes < plan.bytes ? other : plan;
}

void PutPatches(std::span<const std::int64_t> values, const Plan& plan, std::string& out) {
  std::size_t previous = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint64_t offset =
        (static_cast<std::uint64_t>(values[i]) - plan.reference) >> plan.shift;
    if ((offset & ~LowBits(plan.width)) != 0) {
      PutVarint(out, i - previous);
      PutVarint(out, offset >> plan.width);  // The width is below 64: otherwise nothing is above.
      previous = i;
    }
  }
}

}  // namespace

void PackIntegers(std::span<const std::int64_t> values, std::string& out) {
  const Plan plan = MakeBestPlan(values);
  const bool extended = plan.shift != 0 || plan.patches != 0;
  out += static_cast<char>(plan.width | (extended ? kExtendedPacking : 0U));
  PutSigned(out, static_cast<std::int64_t>(plan.reference));
  if (extended) {
    out += static_cast<char>(plan.shift);
    PutVarint(out, plan.patches);
  }
  if (plan.width > 0) {
    BitWriter bits(out);
    const std::uint64_t mask = LowBits(plan.width);
    for (const std::int64_t value : values) {
      bits.Put(((static_cast<std::uint64_t>(value) - plan.reference) >> plan.shift) & mask,
               plan.width);
    }
    bits.Flush();
  }
  if (plan.patches != 0) {
    PutPatches(values, plan, out);
  }
}

void BitWriter::Flush() {
  for (; used_ > 0; used_ -= std::min(used_, 8U)) {
    out_ += static_cast<char>(pending_);
    pending_ >>= 8U;
  }
}

std::uint64_t ReadBits(std::string_view bytes, std::size_t position, unsigned width) {
  const std::size_t first = position / 8;
  if (first >= bytes.size() || width == 0) {
    return 0;
  }
  const unsigned skipped = position % 8;
  const std::size_t left = bytes.size() - first;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + first, std::min(left, sizeof word));
  word >>= skipped;
  if (skipped != 0 && left > sizeof word) {
    const auto ninth = static_cast<std::uint8_t>(bytes[first + sizeof word]);
    word |= std::uint64_t{ninth} << (kWordBits - skipped);
  }
  return word & LowBits(width);
}

}  // namespace sidewatch::tsdb
