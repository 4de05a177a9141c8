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
#include <optional>

namespace sidewatch::tsdb {
namespace {

constexpr std::uint8_t kExtended = 0x80;
constexpr unsigned kWordBits = 64;
constexpr unsigned kWidestSingleLoad = 57;  // 64 bits less the 7 that may lie before the value.

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

bool ApplyPatches(ByteReader& in,
                  unsigned width,
                  std::uint64_t patches,
                  std::span<std::int64_t> out) {
  std::size_t place = 0;
  for (std::uint64_t i = 0; i < patches && !in.failed(); ++i) {
    const std::uint64_t gap = in.Varint();
    if (gap >= out.size() - place) {
      return false;
    }
    place += gap;
    const auto low = static_cast<std::uint64_t>(out[place]);
    out[place] = static_cast<std::int64_t>(low | (in.Varint() << width));
  }
  return !in.failed();
}

/// Offsets that can each be had by loading one word.
template <typename Take>
struct Words {
  const char* bytes;
  unsigned width;
  Take& take;

  /// Those of [begin, end), the first of them at bit `position`.
  void Go(std::size_t begin, std::size_t end, std::size_t position) const {
    const std::uint64_t mask = LowBits(width);
    for (std::size_t i = begin; i < end; ++i, position += width) {
      const auto word = LoadRaw<std::uint64_t>(bytes + position / 8);
      take(i, (word >> (position % 8)) & mask);
    }
  }
};

/// Calls `take(i, offset)` for each of `size` offsets, without reference and shift.
template <typename Take>
void TakeOffsets(std::string_view packed, unsigned width, std::size_t size, Take take) {
  std::size_t i = 0;
  if (width <= kWidestSingleLoad && packed.size() >= sizeof(std::uint64_t)) {
    // Whole words as long as one can be loaded: no branch depends on the data.
    const std::size_t last_bit = (packed.size() - sizeof(std::uint64_t)) * 8 + 7;
    i = std::min(size, last_bit / std::max(width, 1U) + 1);
    Words<Take>{packed.data(), width, take}.Go(0, i, 0);
  }
  if (width <= kWidestSingleLoad && i < size) {
    // The last bytes once more, with room behind them.
    std::array<char, 3 * sizeof(std::uint64_t)> end = {};
    const std::size_t first = i * width / 8;
    std::ranges::copy(packed.substr(first), end.begin());
    Words<Take>{end.data(), width, take}.Go(i, size, i * width - first * 8);
    i = size;
  }
  for (; i < size; ++i) {
    take(i, ReadBits(packed, i * width, width));
  }
}

/// What stands before the packed offsets, and they.
struct Packed {
  unsigned width = 0;
  unsigned shift = 0;
  std::uint64_t reference = 0;
  std::uint64_t patches = 0;
  std::string_view offsets;

  static std::optional<Packed> Read(ByteReader& in, std::size_t size) {
    Packed packed;
    const std::uint8_t head = in.Byte();
    packed.width = head & ~unsigned{kExtended};
    packed.reference = static_cast<std::uint64_t>(in.Signed());
    const bool extended = (head & kExtended) != 0;
    packed.shift = extended ? in.Byte() : 0;
    packed.patches = extended ? in.Varint() : 0;
    packed.offsets = in.Bytes((size * std::min(packed.width, kWordBits) + 7) / 8);
    if (in.failed() || packed.width > kWordBits || packed.shift >= kWordBits ||
        packed.patches > size || (packed.patches > 0 && packed.width == kWordBits)) {
      return std::nullopt;
    }
    return packed;
  }

  std::uint64_t Value(std::uint64_t offset) const { return (offset << shift) + reference; }

  /// Calls `take(i, value)` for each value, if there are no patches.
  template <typename Take>
  void ForEach(std::size_t size, Take take) const {
    if (width == 0) {
      for (std::size_t i = 0; i < size; ++i) {
        take(i, reference);
      }
    } else if (shift == 0) {
      const auto plain = [added = reference, take](std::size_t i, std::uint64_t offset) mutable {
        take(i, offset + added);
      };
      TakeOffsets(offsets, width, size, plain);
    } else {
      const auto shifted = [by = shift, added = reference, take](std::size_t i,
                                                                 std::uint64_t offset) mutable {
        take(i, (offset << by) + added);
      };
      TakeOffsets(offsets, width, size, shifted);
    }
  }
};

bool UnpackPatched(ByteReader& in, const Packed& packed, std::span<std::int64_t> out) {
  if (packed.width == 0) {
    std::ranges::fill(out, 0);
  } else {
    TakeOffsets(
        packed.offsets, packed.width, out.size(), [out](std::size_t i, std::uint64_t offset) {
          out[i] = static_cast<std::int64_t>(offset);
        });
  }
  if (!ApplyPatches(in, packed.width, packed.patches, out)) {
    return false;
  }
  for (std::int64_t& value : out) {
    value = static_cast<std::int64_t>(packed.Value(static_cast<std::uint64_t>(value)));
  }
  return true;
}

}  // namespace

void PackIntegers(std::span<const std::int64_t> values, std::string& out) {
  const Plan plan = MakeBestPlan(values);
  const bool extended = plan.shift != 0 || plan.patches != 0;
  out += static_cast<char>(plan.width | (extended ? kExtended : 0U));
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

bool UnpackIntegers(ByteReader& in, std::span<std::int64_t> out) {
  const std::optional<Packed> packed = Packed::Read(in, out.size());
  if (!packed.has_value()) {
    return false;
  }
  if (packed->patches != 0) {
    return UnpackPatched(in, *packed, out);
  }
  packed->ForEach(out.size(), [out](std::size_t i, std::uint64_t value) {
    out[i] = static_cast<std::int64_t>(value);
  });
  return true;
}

bool UnpackSums(ByteReader& in, std::int64_t value, std::span<std::int64_t> out) {
  const std::optional<Packed> packed = Packed::Read(in, out.size());
  if (!packed.has_value()) {
    return false;
  }
  auto sum = static_cast<std::uint64_t>(value);
  if (packed->patches == 0) {
    packed->ForEach(out.size(), [out, sum](std::size_t i, std::uint64_t difference) mutable {
      sum += difference;
      out[i] = static_cast<std::int64_t>(sum);
    });
    return true;
  }
  if (!UnpackPatched(in, *packed, out)) {
    return false;
  }
  for (std::int64_t& one : out) {
    sum += static_cast<std::uint64_t>(one);
    one = static_cast<std::int64_t>(sum);
  }
  return true;
}

bool UnpackSumsOfSums(ByteReader& in,
                      std::int64_t value,
                      std::int64_t difference,
                      std::span<std::int64_t> out) {
  const std::optional<Packed> packed = Packed::Read(in, out.size());
  if (!packed.has_value()) {
    return false;
  }
  auto sum = static_cast<std::uint64_t>(value);
  auto step = static_cast<std::uint64_t>(difference);
  if (packed->patches == 0 && packed->width == 0 && packed->reference == 0) {
    // A steady interval, a steady counter: no sum waits for the one before it.
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::int64_t>(sum + step * (i + 1));
    }
    return true;
  }
  if (packed->patches == 0) {
    packed->ForEach(out.size(), [out, sum, step](std::size_t i, std::uint64_t change) mutable {
      step += change;
      sum += step;
      out[i] = static_cast<std::int64_t>(sum);
    });
    return true;
  }
  if (!UnpackPatched(in, *packed, out)) {
    return false;
  }
  for (std::int64_t& one : out) {
    step += static_cast<std::uint64_t>(one);
    sum += step;
    one = static_cast<std::int64_t>(sum);
  }
  return true;
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
