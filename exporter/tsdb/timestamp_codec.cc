// Times as differences of differences:
//
//   +-----------------------------+------------------------------------------+
//   | second time less the first  | the further differences of differences,  |
//   | zigzag varint               | see bit_packing.cc                       |
//   +-----------------------------+------------------------------------------+
//
// A steady interval is all zeros: two bytes for the whole chunk. One late scrape is two patches.

#include "exporter/tsdb/timestamp_codec.h"

#include "exporter/tsdb/bit_packing.h"

namespace sidewatch::tsdb {
namespace {

/// Wraps around, so that any two times can be told apart from any other two.
std::int64_t Minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t Plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

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

bool DecodeTimes(ByteReader& in, std::int64_t first, std::span<std::int64_t> out) {
  if (out.empty()) {
    return true;
  }
  out[0] = first;
  if (out.size() == 1) {
    return true;
  }
  const std::int64_t difference = in.Signed();
  out[1] = Plus(first, difference);
  return UnpackSumsOfSums(in, out[1], difference, out.subspan(2));
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
