// Values of a chunk in one of three forms:
//
//   constant  +------+---------------+
//             | 0 u8 | value 8 bytes |
//             +------+---------------+
//   decimal   +-------------------------------------------------+-------------+
//             | 1 | order << 2 | specials? << 4               u8 | exponent u8 |
//             +-------------------------------------------------+-------------+
//             | the first `order` integers or differences, zigzag varint each |
//             | the differences of that order, see bit_packing.cc             |
//             | specials?: number varint, then each: places since the one     |
//             |            before varint, value 8 bytes                       |
//             +---------------------------------------------------------------+
//   xor       +------+-----------------+------------------+
//             | 2 u8 | bytes varint    | see xor_codec.cc |
//             +------+-----------------+------------------+
//
// Decimal is the idea of ALP (Afroozeh et al., SIGMOD 2023): what a target prints is a short
// decimal, so with the right power of ten the whole chunk is integers, and those of a gauge
// (order 0), a counter (order 1) or a steady counter (order 2) need few bits. The few values that
// are no such integers (NaN, stale markers, -0, a result of a division) stand apart as specials;
// with many of them xor is tried too and the shorter form kept.

#include "exporter/tsdb/value_codec.h"

#include <algorithm>
#include <bit>

#include "exporter/tsdb/bit_packing.h"
#include "exporter/tsdb/bit_unpacking.h"
#include "exporter/tsdb/decimal.h"
#include "exporter/tsdb/xor_codec.h"

namespace sidewatch::tsdb {
namespace {

enum Form : std::uint8_t { kConstant = 0, kDecimal = 1, kXor = 2 };

constexpr unsigned kFormMask = 0b11;
constexpr unsigned kOrderShift = 2;
constexpr unsigned kOrderMask = 0b11;
constexpr unsigned kMaxOrder = 2;
constexpr unsigned kHasSpecials = 1U << 4U;

std::uint64_t Bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

bool IsConstant(std::span<const double> values) {
  return std::ranges::all_of(values,
                             [&](double value) { return Bits(value) == Bits(values.front()); });
}

/// The exponent that suits all values but a few. Nothing: too few suit any.
std::optional<unsigned> FindCommonExponent(std::span<const double> values) {
  const std::size_t bearable = values.size() / 4 + 1;
  std::size_t specials = 0;
  unsigned exponent = 0;
  for (const double value : values) {
    const unsigned needed = FindExponent(value, exponent);
    if (needed <= kMaxExponent) {
      exponent = needed;
    } else if (++specials > bearable) {
      return std::nullopt;
    }
  }
  return exponent;
}

/// Fills scratch.integers and scratch.specials.
void ScaleAll(std::span<const double> values, unsigned exponent, ValueScratch& scratch) {
  scratch.integers.resize(values.size());
  scratch.specials.clear();
  std::int64_t previous = 0;  // A special repeats its neighbour, which costs the fewest bits.
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const auto integer = ToDecimal(values[i], exponent)) {
      previous = *integer;
    } else {
      scratch.specials.push_back(static_cast<std::uint32_t>(i));
    }
    scratch.integers[i] = previous;
  }
}

std::int64_t Median(std::int64_t a, std::int64_t b, std::int64_t c) {
  return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

/// What the differences of an order cost, about: the bits that tell each from a typical one. Sums
/// of bits, so that a counter reset counts as one value and not as all.
class OrderCost {
 public:
  explicit OrderCost(std::int64_t typical) : typical_(typical) {}

  void Add(std::int64_t difference) {
    const std::int64_t apart = difference - typical_;
    bits_ += static_cast<std::size_t>(
        std::bit_width(static_cast<std::uint64_t>(apart < 0 ? -apart : apart)));
  }

  std::size_t bits() const { return bits_; }

 private:
  std::int64_t typical_;
  std::size_t bits_ = 0;
};

/// How often to take differences. The integers are below 2^51, so no difference overflows.
unsigned ChooseOrder(std::span<const std::int64_t> integers) {
  constexpr std::size_t kFewest = 6;
  if (integers.size() < kFewest) {
    return 1;
  }
  const auto value = [&](std::size_t i) {
    return integers[i];
  };
  const auto first = [&](std::size_t i) {
    return integers[i] - integers[i - 1];
  };
  const auto second = [&](std::size_t i) {
    return first(i) - first(i - 1);
  };
  const std::size_t size = integers.size();
  const std::size_t low = 2 + size / 8;
  const std::size_t middle = size / 2;
  const std::size_t high = size - 1;
  OrderCost costs[] = {OrderCost(Median(value(low), value(middle), value(high))),
                       OrderCost(Median(first(low), first(middle), first(high))),
                       OrderCost(Median(second(low), second(middle), second(high)))};
  for (std::size_t i = 2; i < size; ++i) {
    costs[0].Add(value(i));
    costs[1].Add(first(i));
    costs[2].Add(second(i));
  }
  const auto* cheapest = std::ranges::min_element(costs, {}, &OrderCost::bits);
  return static_cast<unsigned>(cheapest - costs);
}

void PutSpecials(std::span<const double> values,
                 std::span<const std::uint32_t> specials,
                 std::string& out) {
  PutVarint(out, specials.size());
  std::uint32_t previous = 0;
  for (const std::uint32_t place : specials) {
    PutVarint(out, place - previous);
    PutRaw(out, values[place]);
    previous = place;
  }
}

void EncodeDecimal(std::span<const double> values,
                   unsigned exponent,
                   ValueScratch& scratch,
                   std::string& out) {
  ScaleAll(values, exponent, scratch);
  const unsigned order =
      std::min(ChooseOrder(scratch.integers), static_cast<unsigned>(values.size()));
  const bool has_specials = !scratch.specials.empty();
  out += static_cast<char>(kDecimal | (order << kOrderShift) | (has_specials ? kHasSpecials : 0U));
  out += static_cast<char>(exponent);
  std::span<std::int64_t> differences(scratch.integers);
  for (unsigned taken = 0; taken < order; ++taken) {
    // From the back, so that each is still there when its neighbour needs it.
    for (std::size_t i = differences.size() - 1; i > 0; --i) {
      differences[i] -= differences[i - 1];
    }
    PutSigned(out, differences.front());
    differences = differences.subspan(1);
  }
  PackIntegers(differences, out);
  if (has_specials) {
    PutSpecials(values, scratch.specials, out);
  }
}

void EncodeXorForm(std::span<const double> values, ValueScratch& scratch, std::string& out) {
  scratch.other.clear();
  EncodeXor(values, scratch.other);
  out += static_cast<char>(kXor);
  PutVarint(out, scratch.other.size());
  out += scratch.other;
}

/// The first of `total` integers, as many as `out` holds: at least one, unless the order is 0.
bool DecodeIntegers(ByteReader& in,
                    unsigned order,
                    std::size_t total,
                    std::span<std::int64_t> out) {
  if (order == 0) {
    return UnpackIntegers(in, total, out);
  }
  out[0] = in.Signed();
  if (order == 1) {
    return UnpackSums(in, total - 1, out[0], out.subspan(1));
  }
  const std::int64_t difference = in.Signed();
  const auto second = static_cast<std::int64_t>(static_cast<std::uint64_t>(out[0]) +
                                                static_cast<std::uint64_t>(difference));
  if (out.size() == 1) {
    return UnpackSumsOfSums(in, total - 2, second, difference, {});
  }
  out[1] = second;
  return UnpackSumsOfSums(in, total - 2, second, difference, out.subspan(2));
}

bool DecodeSpecials(ByteReader& in, const ValueSlice& slice, std::span<double> out) {
  const std::uint64_t number = in.Varint();
  std::uint64_t place = 0;
  for (std::uint64_t i = 0; i < number && !in.failed(); ++i) {
    place += in.Varint();
    const auto value = in.Raw<double>();
    if (place >= slice.total) {
      return false;
    }
    if (place >= slice.begin && place - slice.begin < out.size()) {
      out[place - slice.begin] = value;
    }
  }
  return !in.failed();
}

bool DecodeDecimal(ByteReader& in,
                   std::uint8_t head,
                   const ValueSlice& slice,
                   std::span<std::int64_t> integers,
                   std::span<double> out) {
  const unsigned order = (head >> kOrderShift) & kOrderMask;
  const unsigned exponent = in.Byte();
  if (order > kMaxOrder || order > slice.total || exponent > kMaxExponent) {
    return false;
  }
  if (!DecodeIntegers(in, order, slice.total, integers)) {
    return false;
  }
  const auto wanted = integers.subspan(slice.begin);
  // Division even by 1 would cost the most common chunks their speed.
  if (exponent == 0) {
    std::ranges::transform(
        wanted, out.begin(), [](std::int64_t integer) { return static_cast<double>(integer); });
  } else {
    std::ranges::transform(wanted, out.begin(), [exponent](std::int64_t integer) {
      return FromDecimal(integer, exponent);
    });
  }
  return (head & kHasSpecials) == 0 || DecodeSpecials(in, slice, out);
}

}  // namespace

void EncodeValues(std::span<const double> values, ValueScratch& scratch, std::string& out) {
  if (IsConstant(values)) {
    out += static_cast<char>(kConstant);
    PutRaw(out, values.empty() ? 0.0 : values.front());
    return;
  }
  const std::optional<unsigned> exponent = FindCommonExponent(values);
  if (!exponent.has_value()) {
    EncodeXorForm(values, scratch, out);
    return;
  }
  const std::size_t start = out.size();
  EncodeDecimal(values, *exponent, scratch, out);
  // Worth a second try only where specials or long integers make decimals poor.
  constexpr std::size_t kPoorBytes = 4;
  if (out.size() - start > values.size() * kPoorBytes) {
    std::string other;
    EncodeXorForm(values, scratch, other);
    if (other.size() < out.size() - start) {
      out.replace(start, std::string::npos, other);
    }
  }
}

bool DecodeValues(ByteReader& in,
                  const ValueSlice& slice,
                  std::span<std::int64_t> scratch,
                  std::span<double> out) {
  const std::uint8_t head = in.Byte();
  switch (head & kFormMask) {
    case kConstant:
      std::ranges::fill(out, in.Raw<double>());
      return !in.failed();
    case kDecimal:
      return DecodeDecimal(in, head, slice, scratch.first(slice.begin + out.size()), out);
    case kXor:
      DecodeXor(in.Bytes(in.Varint()), slice.begin, out);
      return !in.failed();
    default:
      return false;
  }
}

}  // namespace sidewatch::tsdb
