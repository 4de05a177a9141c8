#include "exporter/tsdb/series_table.h"

#include <algorithm>

namespace sidewatch::tsdb {
namespace {

constexpr std::uint64_t kSlotMask = 0xffffffff;
constexpr unsigned kGenerationShift = 32;
// A node of the set by labels with its share of the buckets.
constexpr std::size_t kNodeBytes = 40;

/// Series whose memory is on its way at once; about what a core has outstanding.
constexpr std::size_t kSeriesAhead = 16;
/// How many series later what one points to is asked for.
constexpr std::size_t kPointeesBehind = kSeriesAhead / 2;

/// The lines of a series up to its chunks and the head of its tail.
void PrefetchObject(const MemSeries& series) {
  constexpr std::size_t kLine = 64;
  const void* object = &series;
  __builtin_prefetch(object);
  __builtin_prefetch(static_cast<const char*>(object) + kLine);
}

}  // namespace

Result<std::shared_ptr<MemSeries>> SeriesTable::FindOrCreate(const LabelSet& labels) {
  {
    const ReadLock lock(mutex_);
    if (const auto found = by_labels_.find(labels); found != by_labels_.end()) {
      return slots_[(*found)->slot()].series;
    }
  }
  const WriteLock lock(mutex_);
  // Somebody may have created it between the two locks.
  if (const auto found = by_labels_.find(labels); found != by_labels_.end()) {
    return slots_[(*found)->slot()].series;
  }
  if (by_labels_.size() >= max_series_) {
    return Fail(ErrorCode::kLimitExceeded,
                "series {} refused: the store holds its maximum of {} series; raise "
                "storage.max_series, or drop labels with many values",
                labels.ToString(),
                max_series_);
  }
  const std::uint32_t slot = TakeSlot();
  auto series = std::make_shared<MemSeries>(labels, slot, slots_[slot].generation);
  slots_[slot].series = series;
  by_labels_.insert(series.get());
  index_.Add(labels, slot);
  series_bytes_ += series->FixedBytes() + sizeof(Slot) + kNodeBytes;
  return series;
}

std::uint32_t SeriesTable::TakeSlot() {
  if (free_.empty()) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  return slot;
}

std::shared_ptr<MemSeries> SeriesTable::Find(storage::SeriesRef ref) const {
  const auto number = static_cast<std::uint64_t>(ref);
  const std::size_t slot = number & kSlotMask;
  const ReadLock lock(mutex_);
  if (slot >= slots_.size() || slots_[slot].generation != number >> kGenerationShift) {
    return nullptr;
  }
  return slots_[slot].series;
}

storage::SeriesSet SeriesTable::Select(std::span<const Matcher> matchers,
                                       const storage::TimeRange& range) const {
  storage::SeriesSet selected;
  const ReadLock lock(mutex_);
  const Roaring found = index_.Select(matchers);
  std::vector<std::uint32_t> slots(found.cardinality());
  found.toUint32Array(slots.data());
  selected.reserve(slots.size());
  // While one series is looked at, what the next ones need is on its way: first the series
  // themselves, then what they point to.
  for (std::size_t i = 0; i < slots.size() + kSeriesAhead; ++i) {
    if (i < slots.size()) {
      PrefetchObject(*slots_[slots[i]].series);
    }
    if (i >= kPointeesBehind && i - kPointeesBehind < slots.size()) {
      slots_[slots[i - kPointeesBehind]].series->Prefetch();
    }
    if (i >= kSeriesAhead && slots_[slots[i - kSeriesAhead]].series->Overlaps(range)) {
      selected.push_back(slots_[slots[i - kSeriesAhead]].series);
    }
  }
  return selected;
}

std::vector<std::shared_ptr<MemSeries>> SeriesTable::Piece(std::size_t begin,
                                                           std::size_t most) const {
  std::vector<std::shared_ptr<MemSeries>> piece;
  const ReadLock lock(mutex_);
  const std::size_t end = std::min(slots_.size(), begin + most);
  for (std::size_t slot = begin; slot < end; ++slot) {
    if (slots_[slot].series != nullptr) {
      piece.push_back(slots_[slot].series);
    }
  }
  return piece;
}

std::size_t SeriesTable::slots() const {
  const ReadLock lock(mutex_);
  return slots_.size();
}

std::size_t SeriesTable::DropEmpty(std::span<const std::uint32_t> slots) {
  std::size_t dropped = 0;
  const WriteLock lock(mutex_);
  for (const std::uint32_t number : slots) {
    Slot& slot = slots_[number];
    // Under this lock nobody gets hold of it; whoever already does may be about to append.
    if (slot.series == nullptr || slot.series.use_count() > 1 || !slot.series->empty()) {
      continue;
    }
    by_labels_.erase(slot.series.get());
    index_.Remove(slot.series->labels(), number);
    series_bytes_ -= slot.series->FixedBytes() + sizeof(Slot) + kNodeBytes;
    slot.series.reset();
    ++slot.generation;
    free_.push_back(number);
    ++dropped;
  }
  return dropped;
}

std::size_t SeriesTable::size() const {
  const ReadLock lock(mutex_);
  return by_labels_.size();
}

std::size_t SeriesTable::FixedBytes() const {
  const ReadLock lock(mutex_);
  return series_bytes_ + index_.AllocatedBytes();
}

}  // namespace sidewatch::tsdb
