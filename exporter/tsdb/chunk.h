#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/sample.h"
#include "exporter/storage/queryable.h"
#include "exporter/tsdb/byte_io.h"
#include "exporter/tsdb/value_codec.h"

namespace sidewatch::tsdb {

/// Samples of one series, compressed and never changed: copies share one block of memory. One value
/// at a steady interval needs no block: such a chunk is flat. Threads: safe.
class Chunk {
 public:
  Chunk(const Chunk& other) noexcept;
  Chunk(Chunk&& other) noexcept;
  Chunk& operator=(const Chunk& other) noexcept;
  Chunk& operator=(Chunk&& other) noexcept;
  ~Chunk();

  std::int64_t first() const { return first_; }

  std::int64_t last() const;

  std::size_t size() const { return number_ & ~kFlat; }

  /// True for one value at a steady interval, which costs the same for any number of samples.
  bool flat() const { return (number_ & kFlat) != 0; }

  /// All that the chunk keeps allocated, and itself.
  std::size_t AllocatedBytes() const;

  /// Appends the samples with `from <= time <= to` to `out`.
  void Read(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const;

  /// The newest sample with `from <= time <= to`, if there is one. The last one is at hand, as is
  /// any of a flat chunk. `scratch` is any columns.
  std::optional<Sample> Newest(std::int64_t from,
                               std::int64_t to,
                               storage::SampleColumns& scratch) const;

  /// Sends for the last sample.
  void Prefetch() const;

  /// Appends the chunk as bytes for the journal.
  void Write(std::string& out) const;

  /// Reads what Write wrote, and looks at every sample. Nothing: the bytes are not such. `scratch`
  /// is any columns.
  static std::optional<Chunk> Parse(ByteReader& in, storage::SampleColumns& scratch);

  /// Whether both hold the same samples in the same bytes.
  bool SameBytes(const Chunk& other) const;

 private:
  friend class ChunkEncoder;

  static constexpr std::uint32_t kFlat = 0x80000000;
  static constexpr std::uint32_t kLong = 0xffffffff;

  struct Block;

  struct Steady {
    std::int64_t first = 0;
    std::uint32_t step = 0;
    std::uint32_t samples = 0;
    double value = 0;
  };

  struct Columns {
    std::int64_t first = 0;
    std::int64_t last = 0;
    double newest = 0;
    std::size_t samples = 0;
    std::string_view body;
  };

  explicit Chunk(const Steady& steady);
  explicit Chunk(const Columns& columns);

  static std::optional<Chunk> ParseFlat(const Columns& columns);

  Block* block() const;
  double flat_value() const;
  std::string_view body() const;
  void Hold() const;
  void LetGo() const;
  enum class Take { kAll, kNewest };

  std::int64_t FlatTime(std::int64_t place) const { return first_ + place * step_or_length_; }

  void ReadFlat(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const;
  bool Decode(std::int64_t from, std::int64_t to, Take take, storage::SampleColumns& out) const;
  bool HoldsTogether(storage::SampleColumns& scratch) const;

  std::int64_t first_;
  std::array<char, 8> value_or_block_ = {};
  // Milliseconds. Flat: between two samples; else: from first to last, or kLong. So who looks for
  // the chunks of a time need not look into their blocks.
  std::uint32_t step_or_length_ = 0;
  std::uint32_t number_;  // Of samples, and kFlat.
};

/// Makes chunks; keeps its buffers between them. Threads: one each.
class ChunkEncoder {
 public:
  /// At least one sample, times ascending.
  Chunk Encode(std::span<const std::int64_t> times, std::span<const double> values);

  /// `chunk` with these samples behind its own, without reading it, if the result is flat too.
  std::optional<Chunk> ExtendFlat(const Chunk& chunk,
                                  std::span<const std::int64_t> times,
                                  std::span<const double> values);

  /// A buffer for whoever gathers samples for Encode.
  storage::SampleColumns& columns() { return columns_; }

 private:
  std::string bytes_;
  std::vector<std::int64_t> times_;
  ValueScratch values_;
  storage::SampleColumns columns_;
};

}  // namespace sidewatch::tsdb
