#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/storage/queryable.h"
#include "exporter/tsdb/byte_io.h"
#include "exporter/tsdb/value_codec.h"

namespace sidewatch::tsdb {

/// Samples of one series, compressed and never changed: copies share one block. Threads: safe.
class Chunk {
 public:
  std::int64_t first() const;
  std::int64_t last() const;
  std::size_t size() const;

  /// True for one value at a steady interval, which costs the same for any number of samples.
  bool flat() const;

  /// All that the chunk keeps allocated.
  std::size_t AllocatedBytes() const;

  /// Appends the samples with `from <= time <= to` to `out`.
  void Read(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const;

  /// Appends the chunk as bytes for the journal.
  void Write(std::string& out) const;

  /// Reads what Write wrote, and looks at every sample. Nothing: the bytes are not such. `scratch`
  /// is any columns.
  static std::optional<Chunk> Parse(ByteReader& in, storage::SampleColumns& scratch);

  /// Whether both hold the same samples in the same bytes.
  bool SameBytes(const Chunk& other) const;

 private:
  friend class ChunkEncoder;

  explicit Chunk(std::shared_ptr<const char[]> block) : block_(std::move(block)) {}

  bool HoldsTogether(storage::SampleColumns& scratch) const;
  bool DecodeColumns(std::span<std::int64_t> times, std::span<double> values) const;
  std::size_t BodyBytes() const;
  void ReadFlat(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const;
  void ReadColumns(std::int64_t from, std::int64_t to, storage::SampleColumns& out) const;

  std::shared_ptr<const char[]> block_;
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
  Chunk SealFlat(double value);
  Chunk Seal();

  std::string bytes_;
  std::vector<std::int64_t> times_;
  ValueScratch values_;
  storage::SampleColumns columns_;
};

}  // namespace sidewatch::tsdb
