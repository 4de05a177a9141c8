#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/tsdb/chunk.h"

namespace sidewatch::tsdb {

/// Turns samples that come in bulk, series by series or time by time, into batches of full chunks
/// for the journal. Replaying those costs a fraction of replaying the samples.
///
/// Cost: what is not full yet is in memory, 16 bytes a sample and at most 128 MiB; then it is
/// sealed as it is. Threads: one.
class BulkWriter {
 public:
  /// Keeps one batch, whose newest sample is of `newest`.
  using Write = std::function<Status(std::string_view batch, TimePoint newest)>;

  explicit BulkWriter(Write write) : write_(std::move(write)) {}

  /// The number of a series, the same for equal labels.
  std::uint32_t SeriesOf(const LabelSet& labels);

  /// Errors: kInvalidArgument if the series has another value at that time (seen only among its
  /// newest samples), or the time is impossible; and those of Write.
  Status Add(std::uint32_t series, std::int64_t at, double value);

  /// Writes what is left. Errors: those of Write.
  Status Finish();

  struct Totals {
    std::size_t series = 0;
    std::int64_t samples = 0;
    std::int64_t bytes = 0;  ///< Of the batches.
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
  };

  const Totals& totals() const { return totals_; }

 private:
  struct Series {
    LabelSet labels;
    storage::SampleColumns open;
    std::vector<Chunk> sealed;
  };

  Status Insert(Series& series, std::int64_t at, double value);
  Status Seal(std::uint32_t number);
  Status SealAll();
  static std::size_t SealedBytes(const Series& series);
  Status Flush();
  Status WriteBatch(std::size_t begin, std::size_t end);

  Write write_;
  std::vector<Series> series_;
  std::unordered_map<LabelSet, std::uint32_t, LabelSetHash> numbers_;
  std::vector<std::uint32_t> with_sealed_;
  std::size_t open_samples_ = 0;
  std::size_t sealed_bytes_ = 0;
  ChunkEncoder encoder_;
  Totals totals_;
};

}  // namespace sidewatch::tsdb
