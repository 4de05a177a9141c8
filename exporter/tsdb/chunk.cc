// A flat chunk is the object alone. Any other has one block of memory:
//
//   +--------------+---------------------+------+--------+--------------------+-------+--------+
//   | holders  u32 | bytes of the   u32  | last | last   | bytes of the times | times | values |
//   |              | body, what follows  | time | value  | u16                |       |        |
//   |              | the last value      | i64  | f64    |                    |       |        |
//   +--------------+---------------------+------+--------+--------------------+-------+--------+
//
// For the times see timestamp_codec.cc, for the values value_codec.cc.

#include "exporter/tsdb/chunk.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "exporter/base/check.h"
#include "exporter/tsdb/byte_io.h"
#include "exporter/tsdb/timestamp_codec.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::size_t kOfAllocator = 8;
constexpr const char* kUnreadable = "a chunk cannot read what it wrote";

bool SameBits(std::span<const double> values) {
  const auto bits = std::bit_cast<std::uint64_t>(values.front());
  return std::ranges::all_of(
      values, [&](double value) { return std::bit_cast<std::uint64_t>(value) == bits; });
}

/// From the first to the last time of a chunk, if that is short enough for the object.
std::optional<std::uint32_t> ShortLength(std::int64_t first, std::int64_t last) {
  // Any two times: their distance may need 64 bits.
  const std::uint64_t length = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  constexpr std::uint64_t kLongest = std::numeric_limits<std::uint32_t>::max() - 1;
  return length <= kLongest ? std::optional(static_cast<std::uint32_t>(length)) : std::nullopt;
}

bool FitsStep(std::int64_t step) {
  return step <= std::int64_t{std::numeric_limits<std::uint32_t>::max()};
}

}  // namespace

/// The head of a block; the body follows it.
struct Chunk::Block {
  std::atomic<std::uint32_t> holders = 1;
  std::uint32_t bytes = 0;
  std::int64_t last = 0;
  double newest = 0;

  using Unit = std::uint64_t;

  /// What a block with such a body takes.
  static std::size_t Units(std::size_t bytes) {
    return (sizeof(Block) + bytes + sizeof(Unit) - 1) / sizeof(Unit);
  }

  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the bytes behind the head.
  char* body() { return reinterpret_cast<char*>(this + 1); }
};

Chunk::Chunk(const Steady& steady)
    : first_(steady.first), step_or_length_(steady.step), number_(steady.samples | kFlat) {
  std::memcpy(value_or_block_.data(), &steady.value, sizeof steady.value);
}

Chunk::Chunk(const Columns& columns)
    : first_(columns.first),
      step_or_length_(ShortLength(columns.first, columns.last).value_or(kLong)),
      number_(static_cast<std::uint32_t>(columns.samples)) {
  void* const units = std::allocator<Block::Unit>().allocate(Block::Units(columns.body.size()));
  Block* const made = std::construct_at(static_cast<Block*>(units));
  made->bytes = static_cast<std::uint32_t>(columns.body.size());
  made->last = columns.last;
  made->newest = columns.newest;
  std::ranges::copy(columns.body, made->body());
  std::memcpy(value_or_block_.data(), &made, sizeof made);
}

Chunk::Chunk(const Chunk& other) noexcept
    : first_(other.first_),
      value_or_block_(other.value_or_block_),
      step_or_length_(other.step_or_length_),
      number_(other.number_) {
  Hold();
}

Chunk::Chunk(Chunk&& other) noexcept
    : first_(other.first_),
      value_or_block_(other.value_or_block_),
      step_or_length_(other.step_or_length_),
      number_(std::exchange(other.number_, kFlat)) {}

Chunk& Chunk::operator=(const Chunk& other) noexcept {
  return *this = Chunk(other);
}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  std::swap(first_, other.first_);
  std::swap(value_or_block_, other.value_or_block_);
  std::swap(step_or_length_, other.step_or_length_);
  std::swap(number_, other.number_);
  return *this;
}

Chunk::~Chunk() {
  LetGo();
}

void Chunk::Hold() const {
  if (!flat()) {
    block()->holders.fetch_add(1, std::memory_order_relaxed);
  }
}

void Chunk::LetGo() const {
  if (!flat() && block()->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    void* const units = block();
    std::allocator<Block::Unit>().deallocate(static_cast<Block::Unit*>(units),
                                             Block::Units(block()->bytes));
  }
}

Chunk::Block* Chunk::block() const {
  return LoadRaw<Block*>(value_or_block_.data());
}

double Chunk::flat_value() const {
  return LoadRaw<double>(value_or_block_.data());
}

std::string_view Chunk::body() const {
  return flat() ? std::string_view(value_or_block_.data(), sizeof(double))
                : std::string_view(block()->body(), block()->bytes);
}

std::int64_t Chunk::last() const {
  if (flat()) {
    return FlatTime(static_cast<std::int64_t>(size()) - 1);
  }
  return step_or_length_ == kLong ? block()->last : first_ + step_or_length_;
}

std::size_t Chunk::AllocatedBytes() const {
  return sizeof(Chunk) +
         (flat() ? 0 : kOfAllocator + Block::Units(block()->bytes) * sizeof(Block::Unit));
}

bool Chunk::SameBytes(const Chunk& other) const {
  return first_ == other.first_ && number_ == other.number_ && last() == other.last() &&
         body() == other.body();
}

void Chunk::Read(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const {
  if (from > to || to < first() || from > last()) {
    return;
  }
  if (flat()) {
    ReadFlat(from, to, out);
  } else {
    SW_CHECK(Decode(from, to, Take::kAll, out), kUnreadable);
  }
}

std::optional<Sample> Chunk::Newest(std::int64_t from,
                                    std::int64_t to,
                                    storage::SampleColumns& scratch) const {
  if (from > to || to < first() || from > last()) {
    return std::nullopt;
  }
  if (to >= last()) {
    return Sample{FromUnixMillis(last()), flat() ? flat_value() : block()->newest};
  }
  if (flat()) {
    const std::int64_t at = FlatTime((to - first()) / step_or_length_);
    return at >= from ? std::optional(Sample{FromUnixMillis(at), flat_value()}) : std::nullopt;
  }
  scratch.clear();
  SW_CHECK(Decode(from, to, Take::kNewest, scratch), kUnreadable);
  return scratch.size() == 0
             ? std::nullopt
             : std::optional(Sample{FromUnixMillis(scratch.times.front()), scratch.values.front()});
}

void Chunk::Prefetch() const {
  if (!flat()) {
    __builtin_prefetch(block());
  }
}

void Chunk::ReadFlat(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const {
  const std::int64_t start = first();
  const std::int64_t step = std::max<std::int64_t>(step_or_length_, 1);
  const std::int64_t begin = from <= start ? 0 : (from - start + step - 1) / step;
  const std::int64_t end = (std::min(to, last()) - start) / step + 1;
  if (begin >= end) {
    return;
  }
  const auto added = static_cast<std::size_t>(end - begin);
  out.values.insert(out.values.end(), added, flat_value());
  const std::size_t at = out.times.size();
  out.times.resize(at + added);
  std::int64_t time = start + begin * step;
  for (std::size_t i = at; i < out.times.size(); ++i, time += step) {
    out.times[i] = time;
  }
}

bool Chunk::Decode(std::int64_t from,
                   std::int64_t to,
                   Take take,
                   storage::SampleColumns& out) const {
  const std::string_view bytes = body();
  if (bytes.size() < sizeof(std::uint16_t)) {
    return false;
  }
  const std::size_t times_bytes = LoadRaw<std::uint16_t>(bytes.data());
  if (times_bytes > bytes.size() - sizeof(std::uint16_t)) {
    return false;
  }
  ByteReader times_in(bytes.substr(sizeof(std::uint16_t), times_bytes));
  ByteReader values_in(bytes.substr(sizeof(std::uint16_t) + times_bytes));
  const TimeSlice wanted = {.total = size(), .first = first(), .from = from, .to = to};
  std::optional<Places> places = DecodeTimes(times_in, wanted, out.times);
  if (!places.has_value() || places->size() == 0) {
    return places.has_value();
  }
  if (take == Take::kNewest) {
    out.times.erase(out.times.end() - static_cast<std::ptrdiff_t>(places->size()),
                    out.times.end() - 1);
    places->begin = places->end - 1;
  }
  const std::size_t start = out.values.size();
  out.values.resize(start + places->size());
  // The integers of the values borrow the room behind the times.
  out.times.resize(out.values.size() + places->end);
  const bool sound = DecodeValues(values_in,
                                  {.total = size(), .begin = places->begin},
                                  std::span(out.times).subspan(out.values.size()),
                                  std::span(out.values).subspan(start));
  out.times.resize(out.values.size());
  return sound;
}

void Chunk::Write(std::string& out) const {
  PutVarint(out, size() << 1U | (flat() ? 1U : 0U));
  PutSigned(out, first());
  PutVarint(out, static_cast<std::uint64_t>(last() - first()));
  PutVarint(out, body().size());
  out += body();
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
  const Columns columns{.first = first, .last = last, .samples = samples, .body = body};
  if ((number & 1U) != 0) {
    return ParseFlat(columns);
  }
  Chunk chunk(columns);
  if (!chunk.HoldsTogether(scratch)) {
    return std::nullopt;
  }
  chunk.block()->newest = scratch.values.back();
  return chunk;
}

std::optional<Chunk> Chunk::ParseFlat(const Columns& columns) {
  const auto steps = static_cast<std::int64_t>(columns.samples) - 1;
  const std::int64_t length = columns.last - columns.first;
  const bool sound = columns.body.size() == sizeof(double) &&
                     (steps == 0 ? length == 0 : length > 0 && length % steps == 0);
  if (!sound) {
    return std::nullopt;
  }
  const std::int64_t step = steps == 0 ? 0 : length / steps;
  const auto value = LoadRaw<double>(columns.body.data());
  if (FitsStep(step)) {
    return Chunk(Steady{.first = columns.first,
                        .step = static_cast<std::uint32_t>(step),
                        .samples = static_cast<std::uint32_t>(columns.samples),
                        .value = value});
  }
  storage::SampleColumns all;
  all.values.assign(columns.samples, value);
  all.times.reserve(columns.samples);
  for (std::int64_t i = 0; i <= steps; ++i) {
    all.times.push_back(columns.first + i * step);
  }
  return ChunkEncoder().Encode(all.times, all.values);
}

bool Chunk::HoldsTogether(storage::SampleColumns& scratch) const {
  using Limits = std::numeric_limits<std::int64_t>;
  scratch.clear();
  const std::vector<std::int64_t>& times = scratch.times;
  return Decode(Limits::min(), Limits::max(), Take::kAll, scratch) && times.size() == size() &&
         times.back() == last() &&
         std::ranges::adjacent_find(times, std::ranges::greater_equal()) == times.end();
}

Chunk ChunkEncoder::Encode(std::span<const std::int64_t> times, std::span<const double> values) {
  SW_CHECK(!times.empty() && times.size() == values.size(), "a chunk needs samples");
  const std::optional<std::int64_t> step = SteadyStep(times);
  if (step.has_value() && FitsStep(*step) && SameBits(values)) {
    return Chunk(Chunk::Steady{.first = times.front(),
                               .step = static_cast<std::uint32_t>(*step),
                               .samples = static_cast<std::uint32_t>(times.size()),
                               .value = values.front()});
  }
  bytes_.assign(sizeof(std::uint16_t), '\0');
  EncodeTimes(times, times_, bytes_);
  const std::size_t times_bytes = bytes_.size() - sizeof(std::uint16_t);
  EncodeValues(values, values_, bytes_);
  const auto stored = static_cast<std::uint16_t>(times_bytes);
  SW_CHECK(stored == times_bytes, "a chunk has too many samples");
  std::memcpy(bytes_.data(), &stored, sizeof stored);
  return Chunk(Chunk::Columns{.first = times.front(),
                              .last = times.back(),
                              .newest = values.back(),
                              .samples = times.size(),
                              .body = bytes_});
}

std::optional<Chunk> ChunkEncoder::ExtendFlat(const Chunk& chunk,
                                              std::span<const std::int64_t> times,
                                              std::span<const double> values) {
  if (!chunk.flat() || chunk.size() < 2 || times.empty()) {
    return std::nullopt;
  }
  const std::int64_t step = chunk.step_or_length_;
  const double value = chunk.flat_value();
  const bool goes_on =
      std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(values.front()) &&
      SameBits(values) && times.front() - chunk.last() == step &&
      (times.size() == 1 || SteadyStep(times) == step);
  if (!goes_on) {
    return std::nullopt;
  }
  return Chunk(Chunk::Steady{.first = chunk.first(),
                             .step = chunk.step_or_length_,
                             .samples = static_cast<std::uint32_t>(chunk.size() + times.size()),
                             .value = value});
}

}  // namespace sidewatch::tsdb
