// One block of memory a chunk:
//
//   +------------+-----------+------------------------------+-----------------+
//   | first time | last time | number of samples,           | bytes behind    |
//   | i64        | i64       | top bit: flat            u32 | this head   u32 |
//   +------------+-----------+------------------------------+-----------------+
//   | flat: value 8 bytes (the step follows from the times and the number)    |
//   | else: bytes of the times u16 | times, see timestamp_codec.cc            |
//   |                              | values, see value_codec.cc               |
//   +-------------------------------------------------------------------------+

#include "exporter/tsdb/chunk.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "exporter/base/check.h"
#include "exporter/tsdb/byte_io.h"
#include "exporter/tsdb/timestamp_codec.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::size_t kLastAt = 8;
constexpr std::size_t kNumberAt = 16;
constexpr std::size_t kBytesAt = 20;
constexpr std::size_t kBodyAt = 24;
constexpr std::uint32_t kFlat = 0x80000000;

// Of std::make_shared for an array, and of the allocator.
constexpr std::size_t kControlBlock = 16 + 8;

bool SameBits(std::span<const double> values) {
  const auto bits = std::bit_cast<std::uint64_t>(values.front());
  return std::ranges::all_of(
      values, [&](double value) { return std::bit_cast<std::uint64_t>(value) == bits; });
}

template <typename T>
void KeepOnly(std::vector<T>& column, std::size_t start, std::size_t begin, std::size_t end) {
  const auto at = [&](std::size_t place) {
    return column.begin() + static_cast<std::ptrdiff_t>(place);
  };
  column.erase(at(end), column.end());
  column.erase(at(start), at(begin));
}

void PutHead(std::string& out, std::int64_t first, std::int64_t last, std::size_t samples) {
  out.clear();
  PutRaw(out, first);
  PutRaw(out, last);
  PutRaw(out, static_cast<std::uint32_t>(samples));
  PutRaw(out, std::uint32_t{0});
}

}  // namespace

std::int64_t Chunk::first() const {
  return LoadRaw<std::int64_t>(block_.get());
}

std::int64_t Chunk::last() const {
  return LoadRaw<std::int64_t>(block_.get() + kLastAt);
}

std::size_t Chunk::size() const {
  return LoadRaw<std::uint32_t>(block_.get() + kNumberAt) & ~kFlat;
}

bool Chunk::flat() const {
  return (LoadRaw<std::uint32_t>(block_.get() + kNumberAt) & kFlat) != 0;
}

std::size_t Chunk::BodyBytes() const {
  return LoadRaw<std::uint32_t>(block_.get() + kBytesAt);
}

std::size_t Chunk::AllocatedBytes() const {
  return kControlBlock + kBodyAt + BodyBytes();
}

bool Chunk::SameBytes(const Chunk& other) const {
  return std::string_view(block_.get(), kBodyAt + BodyBytes()) ==
         std::string_view(other.block_.get(), kBodyAt + other.BodyBytes());
}

void Chunk::Read(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const {
  if (from > to || to < first() || from > last()) {
    return;
  }
  if (flat()) {
    ReadFlat(from, to, out);
  } else {
    ReadColumns(from, to, out);
  }
}

void Chunk::ReadFlat(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const {
  const std::size_t samples = size();
  const std::int64_t start = first();
  const std::int64_t step =
      samples < 2 ? 1 : (last() - start) / static_cast<std::int64_t>(samples - 1);
  const std::int64_t begin = from <= start ? 0 : (from - start + step - 1) / step;
  const std::int64_t end = (std::min(to, last()) - start) / step + 1;
  if (begin >= end) {
    return;
  }
  const auto added = static_cast<std::size_t>(end - begin);
  out.values.insert(out.values.end(), added, LoadRaw<double>(block_.get() + kBodyAt));
  const std::size_t at = out.times.size();
  out.times.resize(at + added);
  std::int64_t time = start + begin * step;
  for (std::size_t i = at; i < out.times.size(); ++i, time += step) {
    out.times[i] = time;
  }
}

void Chunk::ReadColumns(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const {
  const std::size_t start = out.size();
  const std::size_t samples = size();
  out.times.resize(start + samples);
  out.values.resize(start + samples);
  const std::span times = std::span(out.times).subspan(start);
  SW_CHECK(DecodeColumns(times, std::span(out.values).subspan(start)),
           "a chunk cannot read what it wrote");

  if (from > first() || to < last()) {
    const auto begin = std::ranges::lower_bound(times, from) - times.begin();
    const auto end = std::ranges::upper_bound(times, to) - times.begin();
    KeepOnly(out.values,
             start,
             start + static_cast<std::size_t>(begin),
             start + static_cast<std::size_t>(end));
    KeepOnly(out.times,
             start,
             start + static_cast<std::size_t>(begin),
             start + static_cast<std::size_t>(end));
  }
}

bool Chunk::DecodeColumns(std::span<std::int64_t> times, std::span<double> values) const {
  const std::string_view body(block_.get() + kBodyAt, BodyBytes());
  if (body.size() < sizeof(std::uint16_t)) {
    return false;
  }
  const std::size_t times_bytes = LoadRaw<std::uint16_t>(body.data());
  if (times_bytes > body.size() - sizeof(std::uint16_t)) {
    return false;
  }
  // The values come first: their integers borrow the column of times.
  ByteReader values_in(body.substr(sizeof(std::uint16_t) + times_bytes));
  ByteReader times_in(body.substr(sizeof(std::uint16_t), times_bytes));
  return DecodeValues(values_in, times, values) && DecodeTimes(times_in, first(), times);
}

void Chunk::Write(std::string& out) const {
  PutVarint(out, size() << 1U | (flat() ? 1U : 0U));
  PutSigned(out, first());
  PutVarint(out, static_cast<std::uint64_t>(last() - first()));
  PutVarint(out, BodyBytes());
  out.append(block_.get() + kBodyAt, BodyBytes());
}

std::optional<Chunk> Chunk::Parse(ByteReader& in, storage::SampleColumns& scratch) {
  constexpr std::uint64_t kMostSamples = 1U << 16U;
  constexpr std::uint64_t kLongest = std::uint64_t{1} << 60U;
  const std::uint64_t number = in.Varint();
  const std::int64_t first = in.Signed();
  const std::uint64_t length = in.Varint();
  const std::uint64_t bytes = in.Varint();
  const std::string_view body = in.Bytes(bytes);
  const std::uint64_t samples = number >> 1U;
  std::int64_t last = 0;
  if (in.failed() || samples == 0 || samples > kMostSamples || length > kLongest ||
      __builtin_add_overflow(first, static_cast<std::int64_t>(length), &last)) {
    return std::nullopt;
  }
  auto block = std::make_shared_for_overwrite<char[]>(kBodyAt + body.size());
  const auto count = static_cast<std::uint32_t>(samples) | ((number & 1U) != 0 ? kFlat : 0);
  const auto body_bytes = static_cast<std::uint32_t>(body.size());
  std::memcpy(block.get(), &first, sizeof first);
  std::memcpy(block.get() + kLastAt, &last, sizeof last);
  std::memcpy(block.get() + kNumberAt, &count, sizeof count);
  std::memcpy(block.get() + kBytesAt, &body_bytes, sizeof body_bytes);
  std::ranges::copy(body, block.get() + kBodyAt);
  Chunk chunk(std::move(block));
  return chunk.HoldsTogether(scratch) ? std::optional(std::move(chunk)) : std::nullopt;
}

bool Chunk::HoldsTogether(storage::SampleColumns& scratch) const {
  const std::size_t samples = size();
  if (flat()) {
    const auto steps = static_cast<std::int64_t>(samples) - 1;
    return BodyBytes() == sizeof(double) &&
           (steps == 0 ? first() == last() : last() > first() && (last() - first()) % steps == 0);
  }
  scratch.times.resize(samples);
  scratch.values.resize(samples);
  const std::span times(scratch.times);
  return DecodeColumns(times, scratch.values) && times.back() == last() &&
         std::ranges::adjacent_find(times, std::ranges::greater_equal()) == times.end();
}

Chunk ChunkEncoder::Encode(std::span<const std::int64_t> times, std::span<const double> values) {
  SW_CHECK(!times.empty() && times.size() == values.size(), "a chunk needs samples");
  const bool flat = SameBits(values) && SteadyStep(times).has_value();
  PutHead(bytes_, times.front(), times.back(), times.size());
  if (flat) {
    return SealFlat(values.front());
  }
  PutRaw(bytes_, std::uint16_t{0});
  EncodeTimes(times, times_, bytes_);
  const std::size_t times_bytes = bytes_.size() - kBodyAt - sizeof(std::uint16_t);
  EncodeValues(values, values_, bytes_);
  const auto stored = static_cast<std::uint16_t>(times_bytes);
  SW_CHECK(stored == times_bytes, "a chunk has too many samples");
  std::memcpy(bytes_.data() + kBodyAt, &stored, sizeof stored);
  return Seal();
}

std::optional<Chunk> ChunkEncoder::ExtendFlat(const Chunk& chunk,
                                              std::span<const std::int64_t> times,
                                              std::span<const double> values) {
  if (!chunk.flat() || chunk.size() < 2 || times.empty()) {
    return std::nullopt;
  }
  const std::int64_t step =
      (chunk.last() - chunk.first()) / static_cast<std::int64_t>(chunk.size() - 1);
  const auto value = LoadRaw<double>(chunk.block_.get() + kBodyAt);
  const bool goes_on =
      std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(values.front()) &&
      SameBits(values) && times.front() - chunk.last() == step &&
      (times.size() == 1 || SteadyStep(times) == step);
  if (!goes_on) {
    return std::nullopt;
  }
  PutHead(bytes_, chunk.first(), times.back(), chunk.size() + times.size());
  return SealFlat(value);
}

Chunk ChunkEncoder::SealFlat(double value) {
  const auto number = LoadRaw<std::uint32_t>(bytes_.data() + kNumberAt) | kFlat;
  std::memcpy(bytes_.data() + kNumberAt, &number, sizeof number);
  PutRaw(bytes_, value);
  return Seal();
}

Chunk ChunkEncoder::Seal() {
  const auto body = static_cast<std::uint32_t>(bytes_.size() - kBodyAt);
  std::memcpy(bytes_.data() + kBytesAt, &body, sizeof body);
  auto block = std::make_shared_for_overwrite<char[]>(bytes_.size());
  std::ranges::copy(bytes_, block.get());
  return Chunk(std::move(block));
}

}  // namespace sidewatch::tsdb
