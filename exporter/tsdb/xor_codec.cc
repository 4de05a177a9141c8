// The fallback for values that are no short decimals, as Facebook's Gorilla paper has it (VLDB
// 2015, section 4.1.2), lowest bit first:
//
//   first value: 64 bits
//   then each:   0                                           the same as before
//                1 0 | middle bits                           they lie inside the last window
//                1 1 | leading zeros 5 | length-1 6 | middle bits   a new window

#include "exporter/tsdb/xor_codec.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "exporter/tsdb/bit_packing.h"

namespace sidewatch::tsdb {
namespace {

constexpr unsigned kLeadingBits = 5;
constexpr unsigned kLengthBits = 6;
constexpr unsigned kMostLeading = 31;
constexpr std::uint64_t kSameWindow = 0b01;
constexpr std::uint64_t kNewWindow = 0b11;

/// Where the bits lie that are kept of a difference.
struct Window {
  unsigned leading = 0;
  unsigned length = 0;

  unsigned trailing() const { return 64 - leading - length; }

  bool Holds(std::uint64_t difference) const {
    return length > 0 && static_cast<unsigned>(std::countl_zero(difference)) >= leading &&
           static_cast<unsigned>(std::countr_zero(difference)) >= trailing();
  }

  static Window Around(std::uint64_t difference) {
    const unsigned leading =
        std::min(static_cast<unsigned>(std::countl_zero(difference)), kMostLeading);
    return {leading, 64 - leading - static_cast<unsigned>(std::countr_zero(difference))};
  }

  /// As its bits say.
  static Window Of(std::uint64_t bits) {
    const auto leading = static_cast<unsigned>(bits & LowBits(kLeadingBits));
    const auto length = static_cast<unsigned>(bits >> kLeadingBits) + 1;
    // Only bytes that EncodeXor did not write could ask for more.
    return {leading, std::min(length, 64 - leading)};
  }
};

/// The 64 bits from `position` on: away from the end two loads, without a branch on the data.
std::uint64_t Ahead(std::string_view bytes, std::size_t position) {
  const std::size_t first = position / 8;
  if (first + 2 * sizeof(std::uint64_t) > bytes.size()) {
    return ReadBits(bytes, position, 64);
  }
  const unsigned skipped = position % 8;
  const auto low = LoadRaw<std::uint64_t>(bytes.data() + first);
  const auto high = LoadRaw<std::uint64_t>(bytes.data() + first + sizeof low);
  return (low >> skipped) | ((high << 1U) << (63 - skipped));
}

}  // namespace

void EncodeXor(std::span<const double> values, std::string& out) {
  if (values.empty()) {
    return;
  }
  BitWriter bits(out);
  auto previous = std::bit_cast<std::uint64_t>(values.front());
  bits.Put(previous, 64);
  Window window;
  for (const double value : values.subspan(1)) {
    const auto now = std::bit_cast<std::uint64_t>(value);
    const std::uint64_t difference = now ^ previous;
    previous = now;
    if (difference == 0) {
      bits.Put(0, 1);
      continue;
    }
    if (window.Holds(difference)) {
      bits.Put(kSameWindow, 2);
    } else {
      window = Window::Around(difference);
      bits.Put(kNewWindow, 2);
      bits.Put(window.leading, kLeadingBits);
      bits.Put(window.length - 1, kLengthBits);
    }
    bits.Put(difference >> window.trailing(), window.length);
  }
  bits.Flush();
}

void DecodeXor(std::string_view bytes, std::span<double> out) {
  if (out.empty()) {
    return;
  }
  std::size_t position = 64;
  std::uint64_t previous = ReadBits(bytes, 0, 64);
  Window window;
  out.front() = std::bit_cast<double>(previous);
  for (double& value : out.subspan(1)) {
    const std::uint64_t control = Ahead(bytes, position);
    if ((control & 1U) == 0) {
      position += 1;
      value = std::bit_cast<double>(previous);
      continue;
    }
    position += 2;
    if ((control & 2U) != 0) {
      window = Window::Of((control >> 2U) & LowBits(kLeadingBits + kLengthBits));
      position += kLeadingBits + kLengthBits;
    }
    if (window.length > 0) {
      previous ^= (Ahead(bytes, position) & LowBits(window.length)) << window.trailing();
    }
    position += window.length;
    value = std::bit_cast<double>(previous);
  }
}

}  // namespace sidewatch::tsdb
