// Times as differences of differences:
//
//   +-----------------------------+------------------------------------------+
//   | second time less the first  | the further differences of differences,  |
//   | zigzag varint               | see bit_packing.cc                       |
//   +-----------------------------+------------------------------------------+
//
// A steady interval is all zeros: two bytes for the whole chunk. One late scrape is two patches.

#include "exporter/tsdb/timestamp_codec.h"

#include <algorithm>

#include "exporter/tsdb/bit_packing.h"
#include "exporter/tsdb/bit_unpacking.h"

namespace sidewatch::tsdb {
namespace {

/// Wraps around, so that any two times can be told apart from any other two.
std::int64_t Minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t Plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// Times with one step between them, which is above 0.
struct Steady {
  std::int64_t first = 0;
  std::uint64_t step = 1;
  std::size_t total = 0;

  /// How many come up to `limit`.
  std::size_t UpTo(std::int64_t limit) const {
    if (limit < first) {
      return 0;
    }
    return std::min<std::uint64_t>(total,
                                   static_cast<std::uint64_t>(Minus(limit, first)) / step + 1);
  }

  Places Append(const TimeSlice& slice, std::vector<std::int64_t>& out) const {
    const std::size_t begin = slice.from <= first ? 0 : UpTo(slice.from - 1);
    const Places places = {begin, std::max(begin, UpTo(slice.to))};
    const std::size_t start = out.size();
    out.resize(start + places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      out[start + i] =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + step * (begin + i));
    }
    return places;
  }
};

}  // namespace

void EncodeTimes(std::span<const std::int64_t> times,
                 std::vector<std::int64_t>& scratch,
                 std::string& out) {
  if (times.size() < 2) {
    return;
  }
  std::int64_t previous = Minus(times[1], times[0]);
  PutSigned(out, previous);
  scratch.resize(times.size() - 2);
  for (std::size_t i = 2; i < times.size(); ++i) {
    const std::int64_t difference = Minus(times[i], times[i - 1]);
    scratch[i - 2] = Minus(difference, previous);
    previous = difference;
  }
  PackIntegers(scratch, out);
}

std::optional<Places> DecodeTimes(ByteReader& in,
                                  const TimeSlice& slice,
                                  std::vector<std::int64_t>& out) {
  if (slice.total < 2) {
    return Steady{.first = slice.first, .total = slice.total}.Append(slice, out);
  }
  const std::int64_t difference = in.Signed();
  if (difference > 0 && SkipZeros(in, slice.total - 2)) {
    return Steady{
        .first = slice.first, .step = static_cast<std::uint64_t>(difference), .total = slice.total}
        .Append(slice, out);
  }
  const std::size_t start = out.size();
  out.resize(start + slice.total);
  const std::span times = std::span(out).subspan(start);
  times[0] = slice.first;
  times[1] = Plus(slice.first, difference);
  if (!UnpackSumsOfSums(in, slice.total - 2, times[1], difference, times.subspan(2))) {
    return std::nullopt;
  }
  const auto begin = std::ranges::lower_bound(times, slice.from);
  const auto end = std::ranges::upper_bound(begin, times.end(), slice.to);
  const Places places = {static_cast<std::size_t>(begin - times.begin()),
                         static_cast<std::size_t>(end - times.begin())};
  std::copy(begin, end, times.begin());
  out.resize(start + places.size());
  return places;
}

std::optional<std::int64_t> SteadyStep(std::span<const std::int64_t> times) {
  if (times.size() < 2) {
    return 0;
  }
  const std::int64_t step = Minus(times[1], times[0]);
  for (std::size_t i = 2; i < times.size(); ++i) {
    if (Minus(times[i], times[i - 1]) != step) {
      return std::nullopt;
    }
  }
  return step;
}

}  // namespace sidewatch::tsdb
