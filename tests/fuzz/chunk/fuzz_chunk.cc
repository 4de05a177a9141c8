// Any values at any ascending times come back from a chunk bit by bit, and from its bytes in the
// journal.
//
//   +--------------------------------+-------------------------------+-----
//   | way of the times u8, see Steps | value 8 bytes                 | more values…
//   +--------------------------------+-------------------------------+-----

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "exporter/base/check.h"
#include "exporter/tsdb/chunk.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::size_t kMostSamples = 1000;

/// The step to the next sample: steady, late now and then, or as the value's bits have it.
std::int64_t StepAfter(unsigned way, std::size_t i, std::uint64_t bits) {
  constexpr std::int64_t kInterval = 15'000;
  switch (way % 4) {
    case 0:
      return kInterval;
    case 1:
      return kInterval + (i % 16 == 0 ? 7 : 0);
    case 2:
      return 1 + static_cast<std::int64_t>(bits % 1024);
    default:
      return 1 + static_cast<std::int64_t>(bits >> 16U);
  }
}

void CheckSame(const storage::SampleColumns& want, const Chunk& chunk) {
  storage::SampleColumns got;
  chunk.Read(want.times.front(), want.times.back(), got);
  SW_CHECK(got.times == want.times, "times differ");
  SW_CHECK(got.values.size() == want.values.size(), "the number of values differs");
  for (std::size_t i = 0; i < want.values.size(); ++i) {
    SW_CHECK(
        std::bit_cast<std::uint64_t>(got.values[i]) == std::bit_cast<std::uint64_t>(want.values[i]),
        "a value differs");
  }
}

/// From the sample at `from` to that at `to`, and the last of them.
void CheckSlice(const storage::SampleColumns& want,
                const Chunk& chunk,
                std::size_t from,
                std::size_t to) {
  storage::SampleColumns got;
  chunk.Read(want.times[from], want.times[to], got);
  storage::SampleColumns scratch;
  const std::optional<Sample> newest = chunk.Newest(want.times[from], want.times[to], scratch);
  SW_CHECK(newest.has_value(), "a slice has no newest sample");
  got.times.push_back(ToUnixMillis(newest->at));
  got.values.push_back(newest->value);
  SW_CHECK(got.size() == to - from + 2, "the number of a slice's samples differs");
  for (std::size_t i = 0; i < got.size(); ++i) {
    const std::size_t place = std::min(from + i, to);
    SW_CHECK(
        got.times[i] == want.times[place] && std::bit_cast<std::uint64_t>(got.values[i]) ==
                                                 std::bit_cast<std::uint64_t>(want.values[place]),
        "a slice's sample differs");
  }
}

void CheckRoundTrip(unsigned way, std::span<const std::uint8_t> bytes) {
  storage::SampleColumns columns;
  std::int64_t at = 1'700'000'000'000;
  for (std::size_t i = 0; (i + 1) * sizeof(double) <= bytes.size() && i < kMostSamples; ++i) {
    double value = 0;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    columns.times.push_back(at);
    columns.values.push_back(value);
    at += StepAfter(way, i, std::bit_cast<std::uint64_t>(value));
  }
  if (columns.times.empty()) {
    return;
  }
  ChunkEncoder encoder;
  const Chunk chunk = encoder.Encode(columns.times, columns.values);
  CheckSame(columns, chunk);
  const std::size_t last = columns.size() - 1;
  CheckSlice(columns, chunk, last / 2, last);
  CheckSlice(columns, chunk, last / 3, last - last / 3);
  std::string written;
  chunk.Write(written);
  ByteReader in(written);
  storage::SampleColumns scratch;
  const std::optional<Chunk> back = Chunk::Parse(in, scratch);
  SW_CHECK(back.has_value() && in.left() == 0, "its own bytes are refused");
  CheckSame(columns, *back);
}

}  // namespace
}  // namespace sidewatch::tsdb

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1) {
    sidewatch::tsdb::CheckRoundTrip(data[0], std::span(data, size).subspan(1));
  }
  return 0;
}
