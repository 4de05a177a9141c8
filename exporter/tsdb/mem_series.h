#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"
#include "exporter/model/sample.h"
#include "exporter/storage/appender.h"
#include "exporter/storage/queryable.h"
#include "exporter/tsdb/chunk.h"
#include "exporter/tsdb/compact_mutex.h"
#include "exporter/tsdb/tail.h"

namespace sidewatch::tsdb {

/// Samples of a full chunk: reading five minutes decodes the whole newest chunk, at about a
/// nanosecond a sample.
inline constexpr std::size_t kFullChunk = 240;
/// A flat chunk is read without decoding; it ends all the same, so that retention can drop it.
inline constexpr std::size_t kFullFlatChunk = 1920;

/// What became of a sample.
enum class Verdict {
  kAppended,    ///< The newest of its series.
  kOutOfOrder,  ///< Taken, though older than the newest.
  kDuplicate,   ///< The same sample is there: nothing to do.
  kConflict,    ///< Another value is there at the same time.
  kTooOld,      ///< Older than the out-of-order window.
};

/// One series in memory: sealed chunks, and the newest samples in the tail.
///
/// Every kSamples of the tail are merged into the newest chunk by writing that anew, until it has
/// its full size: compressing again costs some nanoseconds a sample and keeps the memory of 100,000
/// open chunks small. Threads: safe; a reader holds the lock only to copy references.
class MemSeries final : public storage::Series {
 public:
  /// Slot and generation make up the reference; the slot is also the number in the index.
  MemSeries(LabelSet labels, std::uint32_t slot, std::uint32_t generation)
      : labels_(std::move(labels)), slot_(slot), generation_(generation) {}

  const LabelSet& labels() const override { return labels_; }

  void Read(const storage::TimeRange& range, storage::SampleColumns& out) const override;

  std::optional<Sample> Newest(const storage::TimeRange& range,
                               storage::SampleColumns& scratch) const override;

  std::uint32_t slot() const { return slot_; }

  storage::SeriesRef ref() const {
    return storage::SeriesRef{(std::uint64_t{generation_} << 32U) | slot_};
  }

  /// What Append would say now. Samples up to `window` older than the newest are taken.
  Verdict Check(const Sample& sample, Duration window) const;

  struct Appended {
    Verdict verdict = Verdict::kAppended;
    std::int64_t bytes = 0;  ///< By how much the memory of the chunks grew.
    std::int64_t chunks = 0;
  };

  Appended Append(const Sample& sample, Duration window, ChunkEncoder& encoder);

  struct Inserted {
    std::int64_t samples = 0;  ///< Those that were not there yet.
    std::int64_t bytes = 0;
    std::int64_t chunks = 0;
  };

  /// Takes many samples at once, times ascending, of any age: newer than all there are compressed
  /// only once. Where there is a sample at the time already, that stays.
  Inserted AppendRun(std::span<const std::int64_t> times,
                     std::span<const double> values,
                     ChunkEncoder& encoder);

  /// Takes a whole chunk, of any age. Where it meets samples that are there, those stay.
  Inserted InsertChunk(const Chunk& chunk, ChunkEncoder& encoder);

  struct Dropped {
    std::int64_t samples = 0;
    std::int64_t bytes = 0;
    std::int64_t chunks = 0;
  };

  /// Drops the chunks, and the tail, whose newest sample is older than `limit`.
  Dropped Truncate(TimePoint limit);

  bool empty() const;

  /// True if a sample may lie inside `range`: one between first and last is not looked for. Then
  /// what Newest() looks at is on its way into the cache.
  bool Overlaps(const storage::TimeRange& range) const;

  /// Sends for what Overlaps() and readers of the labels will look at: a selection that nobody has
  /// asked for lately waits for memory more than it computes.
  void Prefetch() const;

  struct Extent {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
  };

  /// Times of the oldest and newest sample; first > last if there is none.
  Extent extent() const;

  /// Calls `see(last time, bytes)` for each chunk.
  template <typename See>
  void ForEachChunk(See see) const {
    const CompactLock lock(mutex_);
    for (const Chunk& chunk : chunks_) {
      see(chunk.last(), chunk.AllocatedBytes());
    }
  }

  /// The journal segment in which the labels were last written, -1 for none.
  std::int64_t journal_segment() const { return journal_segment_.load(std::memory_order_relaxed); }

  void set_journal_segment(std::int64_t segment) {
    journal_segment_.store(segment, std::memory_order_relaxed);
  }

  /// What a series keeps allocated besides its chunks.
  std::size_t FixedBytes() const;

 private:
  Extent ExtentLocked() const SW_REQUIRES(mutex_);
  Appended AppendLocked(const Sample& sample, Duration window, ChunkEncoder& encoder)
      SW_REQUIRES(mutex_);
  Verdict CheckLocked(const Sample& sample, Duration window) const SW_REQUIRES(mutex_);
  std::int64_t NewestLocked() const SW_REQUIRES(mutex_);
  void SealTail(ChunkEncoder& encoder, Appended& result) SW_REQUIRES(mutex_);
  void Seal(std::span<const std::int64_t> times,
            std::span<const double> values,
            ChunkEncoder& encoder,
            Appended& result) SW_REQUIRES(mutex_);
  void InsertOld(const Sample& sample, ChunkEncoder& encoder, Appended& result) SW_REQUIRES(mutex_);

  const LabelSet labels_;
  const std::uint32_t slot_;
  const std::uint32_t generation_;
  std::atomic<std::int64_t> journal_segment_ = -1;
  mutable CompactMutex mutex_;
  std::vector<Chunk> chunks_ SW_GUARDED_BY(mutex_);  // Ascending, none overlaps another.
  Tail tail_ SW_GUARDED_BY(mutex_);                  // Later than all chunks.
};

}  // namespace sidewatch::tsdb
