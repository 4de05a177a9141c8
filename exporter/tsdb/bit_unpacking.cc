// In passes over the whole column, each with nothing in its loop that could wait: the packed
// offsets, the patches, then shift, reference and sums. For the layout see bit_packing.cc.

#include "exporter/tsdb/bit_unpacking.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/tsdb/bit_packing.h"

namespace sidewatch::tsdb {
namespace {

constexpr unsigned kWordBits = 64;
constexpr unsigned kWidestSingleLoad = 57;  // 64 bits less the 7 that may lie before the number.
constexpr std::size_t kEight = 8;

/// Numbers eight at a time, which begin and end at whole bytes: what is shifted by how much is
/// known when the program is built.
template <unsigned kWidth>
void UnpackEights(const char* bytes, std::size_t eights, std::int64_t* out) {
  const auto number = [&bytes](unsigned i) {
    const auto word = LoadRaw<std::uint64_t>(bytes + i * kWidth / 8);
    return static_cast<std::int64_t>((word >> (i * kWidth % 8)) & LowBits(kWidth));
  };
  for (; eights > 0; --eights, bytes += kWidth, out += kEight) {
    out[0] = number(0);
    out[1] = number(1);
    out[2] = number(2);
    out[3] = number(3);
    out[4] = number(4);
    out[5] = number(5);
    out[6] = number(6);
    out[7] = number(7);
  }
}

using Unpacker = void (*)(const char*, std::size_t, std::int64_t*);

template <unsigned... kWidths>
constexpr auto MakeUnpackers(std::integer_sequence<unsigned, kWidths...> /*widths*/) {
  return std::array<Unpacker, sizeof...(kWidths)>{&UnpackEights<kWidths>...};
}

constexpr auto kUnpackers =
    MakeUnpackers(std::make_integer_sequence<unsigned, kWidestSingleLoad + 1>());

/// How many eights can be read without loading past the end.
std::size_t SafeEights(std::size_t bytes, unsigned width) {
  const std::size_t last_load = 7 * width / 8 + sizeof(std::uint64_t);
  return bytes < last_load ? 0 : (bytes - last_load) / width + 1;
}

/// The numbers whose words reach past the end, from a copy with room behind it.
void UnpackEnd(std::string_view packed, unsigned width, std::span<std::int64_t> out) {
  std::array<char, 128> copy = {};  // At most 57 bytes are left, and an eight and a word go past.
  const std::size_t needed = (out.size() * width + 7) / 8;
  std::ranges::copy(packed.substr(0, needed), copy.begin());
  const char* bytes = copy.data();
  std::array<std::int64_t, kEight> eight = {};
  for (; !out.empty(); bytes += width) {
    kUnpackers[width](bytes, 1, eight.data());
    const std::size_t taken = std::min(out.size(), kEight);
    std::ranges::copy(std::span(eight).first(taken), out.begin());
    out = out.subspan(taken);
  }
}

/// The first numbers, of `width` bits (at most 64) each, that `packed` holds.
void UnpackBits(std::string_view packed, unsigned width, std::span<std::int64_t> out) {
  if (width == 0) {
    std::ranges::fill(out, 0);
    return;
  }
  if (width > kWidestSingleLoad) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::int64_t>(ReadBits(packed, i * width, width));
    }
    return;
  }
  const std::size_t eights = std::min(out.size() / kEight, SafeEights(packed.size(), width));
  kUnpackers[width](packed.data(), eights, out.data());
  UnpackEnd(packed.substr(eights * width), width, out.subspan(eights * kEight));
}

/// What stands before the packed offsets, and they.
struct Packed {
  unsigned width = 0;
  unsigned shift = 0;
  std::uint64_t reference = 0;
  std::uint64_t patches = 0;
  std::string_view offsets;

  static std::optional<Packed> Read(ByteReader& in, std::size_t total) {
    Packed packed;
    const std::uint8_t head = in.Byte();
    packed.width = head & ~unsigned{kExtendedPacking};
    packed.reference = static_cast<std::uint64_t>(in.Signed());
    const bool extended = (head & kExtendedPacking) != 0;
    packed.shift = extended ? in.Byte() : 0;
    packed.patches = extended ? in.Varint() : 0;
    packed.offsets = in.Bytes((total * std::min(packed.width, kWordBits) + 7) / 8);
    if (in.failed() || packed.width > kWordBits || packed.shift >= kWordBits ||
        packed.patches > total || (packed.patches > 0 && packed.width == kWordBits)) {
      return std::nullopt;
    }
    return packed;
  }

  bool AllZero() const { return width == 0 && reference == 0 && patches == 0; }
};

/// Patches past the end of `out` are read and left.
bool ApplyPatches(ByteReader& in,
                  const Packed& packed,
                  std::size_t total,
                  std::span<std::int64_t> out) {
  std::size_t place = 0;
  for (std::uint64_t i = 0; i < packed.patches && !in.failed(); ++i) {
    const std::uint64_t gap = in.Varint();
    if (gap >= total - place) {
      return false;
    }
    place += gap;
    const std::uint64_t high = in.Varint() << packed.width;
    if (place < out.size()) {
      out[place] = static_cast<std::int64_t>(static_cast<std::uint64_t>(out[place]) | high);
    }
  }
  return !in.failed();
}

/// Writes the values without shift and reference, and says what these are. Nothing: the bytes are
/// not such.
std::optional<Packed> UnpackOffsets(ByteReader& in,
                                    std::size_t total,
                                    std::span<std::int64_t> out) {
  std::optional<Packed> packed = Packed::Read(in, total);
  if (packed.has_value()) {
    UnpackBits(packed->offsets, packed->width, out);
    if (!ApplyPatches(in, *packed, total, out)) {
      packed.reset();
    }
  }
  return packed;
}

/// Calls `next` with each value in its order and keeps what it gives.
template <typename Next>
void Pass(const Packed& packed, std::span<std::int64_t> out, Next next) {
  const std::uint64_t reference = packed.reference;
  if (packed.shift ==
      0) {  // Nearly always, and a shift by what is not known costs as all the rest.
    for (std::int64_t& value : out) {
      value = static_cast<std::int64_t>(next(static_cast<std::uint64_t>(value) + reference));
    }
    return;
  }
  const unsigned shift = packed.shift;
  for (std::int64_t& value : out) {
    value =
        static_cast<std::int64_t>(next((static_cast<std::uint64_t>(value) << shift) + reference));
  }
}

}  // namespace

bool UnpackIntegers(ByteReader& in, std::size_t total, std::span<std::int64_t> out) {
  const std::optional<Packed> packed = UnpackOffsets(in, total, out);
  if (!packed.has_value()) {
    return false;
  }
  if (packed->shift != 0 || packed->reference != 0) {
    Pass(*packed, out, [](std::uint64_t value) { return value; });
  }
  return true;
}

bool UnpackSums(ByteReader& in,
                std::size_t total,
                std::int64_t value,
                std::span<std::int64_t> out) {
  const std::optional<Packed> packed = UnpackOffsets(in, total, out);
  if (!packed.has_value()) {
    return false;
  }
  Pass(*packed, out, [sum = static_cast<std::uint64_t>(value)](std::uint64_t difference) mutable {
    return sum += difference;
  });
  return true;
}

bool UnpackSumsOfSums(ByteReader& in,
                      std::size_t total,
                      std::int64_t value,
                      std::int64_t difference,
                      std::span<std::int64_t> out) {
  const std::optional<Packed> packed = UnpackOffsets(in, total, out);
  if (!packed.has_value()) {
    return false;
  }
  auto sum = static_cast<std::uint64_t>(value);
  auto step = static_cast<std::uint64_t>(difference);
  if (packed->AllZero()) {
    // A steady interval, a steady counter: no sum waits for the one before it.
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::int64_t>(sum + step * (i + 1));
    }
    return true;
  }
  Pass(*packed, out, [sum, step](std::uint64_t change) mutable { return sum += step += change; });
  return true;
}

bool SkipZeros(ByteReader& in, std::size_t total) {
  ByteReader ahead = in;
  const std::optional<Packed> packed = Packed::Read(ahead, total);
  if (!packed.has_value() || !packed->AllZero()) {
    return false;
  }
  in = ahead;
  return true;
}

}  // namespace sidewatch::tsdb
