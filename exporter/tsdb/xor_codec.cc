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

/// Two words from the byte on in which a bit lies: one load for control, window and middle bits.
struct Ahead {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  static Ahead From(std::string_view bytes, std::size_t position) {
    const std::size_t first = position / 8;
    if (first + sizeof(Ahead) <= bytes.size()) {
      return {LoadRaw<std::uint64_t>(bytes.data() + first),
              LoadRaw<std::uint64_t>(bytes.data() + first + sizeof low)};
    }
    return {ReadBits(bytes, first * 8, 64), ReadBits(bytes, (first + sizeof low) * 8, 64)};
  }

  /// The 64 bits behind the first `skipped` ones, which are from 1 to 63.
  std::uint64_t After(std::size_t skipped) const {
    return (low >> skipped) | (high << (64 - skipped));
  }
};

class XorReader {
 public:
  explicit XorReader(std::string_view bytes) : bytes_(bytes), value_(ReadBits(bytes, 0, 64)) {}

  double value() const { return std::bit_cast<double>(value_); }

  void Next() {
    const Ahead ahead = Ahead::From(bytes_, position_);
    std::size_t skipped = position_ % 8;
    const std::uint64_t control = ahead.low >> skipped;
    if ((control & 1U) == 0) {
      position_ += 1;
      return;
    }
    skipped += 2;
    if ((control & 2U) != 0) {
      const Window window = Window::Of((control >> 2U) & LowBits(kLeadingBits + kLengthBits));
      length_ = window.length;
      trailing_ = window.trailing() % 64;
      skipped += kLeadingBits + kLengthBits;
    }
    position_ = position_ / 8 * 8 + skipped + length_;
    value_ ^= (ahead.After(skipped) & LowBits(length_)) << trailing_;
  }

 private:
  std::string_view bytes_;
  std::size_t position_ = 64;
  std::uint64_t value_;
  unsigned length_ = 0;  // Of the last window.
  unsigned trailing_ = 0;
};

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

void DecodeXor(std::string_view bytes, std::size_t skipped, std::span<double> out) {
  if (out.empty()) {
    return;
  }
  XorReader reader(bytes);
  for (; skipped > 0; --skipped) {
    reader.Next();
  }
  out.front() = reader.value();
  for (double& value : out.subspan(1)) {
    reader.Next();
    value = reader.value();
  }
}

}  // namespace sidewatch::tsdb
