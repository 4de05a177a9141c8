#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/model/matcher.h"
#include "exporter/storage/appender.h"
#include "exporter/storage/queryable.h"
#include "exporter/tsdb/mem_series.h"
#include "exporter/tsdb/postings_index.h"
#include "exporter/tsdb/shared_mutex.h"

namespace sidewatch::tsdb {

/// All series of the head, found by labels, by reference and by matchers.
///
/// A series sits in a slot, which is its number in the index. A slot is used again after its series
/// was dropped, with another generation: an old reference finds nothing. Threads: safe.
class SeriesTable {
 public:
  explicit SeriesTable(std::size_t max_series) : max_series_(max_series) {}

  /// Errors: kLimitExceeded.
  Result<std::shared_ptr<MemSeries>> FindOrCreate(const LabelSet& labels);

  /// Null: it was dropped, or never was.
  std::shared_ptr<MemSeries> Find(storage::SeriesRef ref) const;

  /// In the order of the slots.
  storage::SeriesSet Select(std::span<const Matcher> matchers,
                            const storage::TimeRange& range) const;

  /// The series in slots from `begin` on, at most `most` slots; those that hold none are left out.
  std::vector<std::shared_ptr<MemSeries>> Piece(std::size_t begin, std::size_t most) const;

  /// Slots in use or free, the end for Piece().
  std::size_t slots() const;

  /// Drops those of `slots` that are empty and that nobody holds. Gives their number.
  std::size_t DropEmpty(std::span<const std::uint32_t> slots);

  std::size_t size() const;

  /// What series without chunks and the index keep allocated, about.
  std::size_t FixedBytes() const;

  /// Runs `read(const PostingsIndex&)`.
  template <typename Read>
  auto WithIndex(Read read) const {
    const ReadLock lock(mutex_);
    return read(index_);
  }

 private:
  struct Slot {
    std::shared_ptr<MemSeries> series;
    std::uint32_t generation = 1;  // So that no reference is 0, which names none.
  };

  struct ByLabels {
    // NOLINTNEXTLINE(readability-identifier-naming): the standard library's word.
    using is_transparent = void;

    std::size_t operator()(const LabelSet& labels) const { return labels.Hash(); }

    std::size_t operator()(const MemSeries* series) const { return series->labels().Hash(); }

    bool operator()(const MemSeries* a, const MemSeries* b) const { return a == b; }

    bool operator()(const LabelSet& labels, const MemSeries* series) const {
      return labels == series->labels();
    }

    bool operator()(const MemSeries* series, const LabelSet& labels) const {
      return labels == series->labels();
    }
  };

  std::uint32_t TakeSlot() SW_REQUIRES(mutex_);

  const std::size_t max_series_;
  mutable SharedMutex mutex_;
  std::vector<Slot> slots_ SW_GUARDED_BY(mutex_);
  std::vector<std::uint32_t> free_ SW_GUARDED_BY(mutex_);
  std::unordered_set<MemSeries*, ByLabels, ByLabels> by_labels_ SW_GUARDED_BY(mutex_);
  PostingsIndex index_ SW_GUARDED_BY(mutex_);
  std::size_t series_bytes_ SW_GUARDED_BY(mutex_) = 0;
};

}  // namespace sidewatch::tsdb
