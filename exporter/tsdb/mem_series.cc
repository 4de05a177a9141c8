#include "exporter/tsdb/mem_series.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

namespace sidewatch::tsdb {
namespace {

using std::chrono_literals::operator""h;

constexpr std::int64_t kLongestChunk = Duration(6h).count();

bool IsFull(const Chunk& chunk) {
  const std::size_t full = chunk.flat() ? kFullFlatChunk : kFullChunk;
  return chunk.size() >= full || chunk.last() - chunk.first() >= kLongestChunk;
}

bool SameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

Verdict CompareAt(double present, double value) {
  return SameBits(present, value) ? Verdict::kDuplicate : Verdict::kConflict;
}

void ReadAll(const Chunk& chunk, storage::SampleColumns& out) {
  chunk.Read(chunk.first(), chunk.last(), out);
}

std::int64_t Bytes(const Chunk& chunk) {
  return static_cast<std::int64_t>(chunk.AllocatedBytes());
}

void Replace(Chunk& chunk, Chunk by, MemSeries::Appended& result) {
  result.bytes += Bytes(by) - Bytes(chunk);
  chunk = std::move(by);
}

/// The samples of `present` and those of `chunk` at other times, in new chunks.
MemSeries::Inserted Merge(const Chunk& chunk,
                          std::span<const Chunk> present,
                          ChunkEncoder& encoder,
                          std::vector<Chunk>& merged) {
  MemSeries::Inserted change;
  storage::SampleColumns there;
  for (const Chunk& one : present) {
    ReadAll(one, there);
    change.bytes -= Bytes(one);
    --change.chunks;
  }
  storage::SampleColumns added;
  ReadAll(chunk, added);
  storage::SampleColumns all;
  for (std::size_t i = 0, j = 0; i < there.size() || j < added.size();) {
    const bool old = j == added.size() || (i < there.size() && there.times[i] <= added.times[j]);
    if (old && j < added.size() && there.times[i] == added.times[j]) {
      ++j;
    }
    all.times.push_back(old ? there.times[i] : added.times[j]);
    all.values.push_back(old ? there.values[i] : added.values[j]);
    ++(old ? i : j);
  }
  for (std::size_t at = 0; at < all.size(); at += kFullChunk) {
    const std::size_t size = std::min(kFullChunk, all.size() - at);
    merged.push_back(encoder.Encode(std::span(all.times).subspan(at, size),
                                    std::span(all.values).subspan(at, size)));
    change.bytes += Bytes(merged.back());
    ++change.chunks;
  }
  change.samples = static_cast<std::int64_t>(all.size() - there.size());
  return change;
}

}  // namespace

void MemSeries::Read(const storage::TimeRange& range, storage::SampleColumns& out) const {
  const std::int64_t from = ToUnixMillis(range.from);
  const std::int64_t to = ToUnixMillis(range.to);
  std::vector<Chunk> chunks;
  Tail tail;
  {
    const CompactLock lock(mutex_);
    tail = tail_;
    // By the first times alone: those are at hand, the last ones in a block of memory each.
    auto begin = std::ranges::upper_bound(chunks_, from, {}, &Chunk::first);
    begin -= begin == chunks_.begin() ? 0 : 1;
    const auto end = std::ranges::upper_bound(begin, chunks_.end(), to, {}, &Chunk::first);
    chunks.assign(begin, end);
  }
  for (const Chunk& chunk : chunks) {
    chunk.Read(from, to, out);
  }
  for (std::size_t i = 0; i < tail.size(); ++i) {
    if (tail.time(i) >= from && tail.time(i) <= to) {
      out.times.push_back(tail.time(i));
      out.values.push_back(tail.value(i));
    }
  }
}

std::optional<Sample> MemSeries::Newest(const storage::TimeRange& range,
                                        storage::SampleColumns& scratch) const {
  const std::int64_t from = ToUnixMillis(range.from);
  const std::int64_t to = ToUnixMillis(range.to);
  std::optional<Chunk> chunk;
  {
    const CompactLock lock(mutex_);
    std::size_t place = tail_.size();
    while (place > 0 && tail_.time(place - 1) > to) {
      --place;
    }
    if (place > 0) {
      return tail_.time(place - 1) >= from
                 ? std::optional(
                       Sample{FromUnixMillis(tail_.time(place - 1)), tail_.value(place - 1)})
                 : std::nullopt;
    }
    const auto after = std::ranges::upper_bound(chunks_, to, {}, &Chunk::first);
    if (after == chunks_.begin()) {
      return std::nullopt;
    }
    chunk = *(after - 1);
  }
  return chunk->Newest(from, to, scratch);
}

Verdict MemSeries::Check(const Sample& sample, Duration window) const {
  const CompactLock lock(mutex_);
  return CheckLocked(sample, window);
}

Verdict MemSeries::CheckLocked(const Sample& sample, Duration window) const {
  const std::int64_t at = ToUnixMillis(sample.at);
  const std::int64_t newest = NewestLocked();
  if (at > newest || (tail_.empty() && chunks_.empty())) {
    return Verdict::kAppended;
  }
  for (std::size_t i = tail_.size(); i-- > 0;) {
    if (tail_.time(i) == at) {
      return CompareAt(tail_.value(i), sample.value);
    }
  }
  if (at < newest - window.count()) {
    return Verdict::kTooOld;
  }
  if (chunks_.empty() || at > chunks_.back().last()) {
    return Verdict::kOutOfOrder;
  }
  storage::SampleColumns there;
  const auto chunk = std::ranges::lower_bound(chunks_, at, {}, &Chunk::last);
  chunk->Read(at, at, there);
  return there.size() == 0 ? Verdict::kOutOfOrder : CompareAt(there.values.front(), sample.value);
}

std::int64_t MemSeries::NewestLocked() const {
  if (!tail_.empty()) {
    return tail_.last();
  }
  return chunks_.empty() ? std::numeric_limits<std::int64_t>::min() : chunks_.back().last();
}

MemSeries::Appended MemSeries::Append(const Sample& sample,
                                      Duration window,
                                      ChunkEncoder& encoder) {
  const CompactLock lock(mutex_);
  return AppendLocked(sample, window, encoder);
}

MemSeries::Appended MemSeries::AppendLocked(const Sample& sample,
                                            Duration window,
                                            ChunkEncoder& encoder) {
  const std::int64_t at = ToUnixMillis(sample.at);
  Appended result;
  result.verdict = CheckLocked(sample, window);
  if (result.verdict != Verdict::kAppended && result.verdict != Verdict::kOutOfOrder) {
    return result;
  }
  const bool among_sealed =
      result.verdict == Verdict::kOutOfOrder && (tail_.empty() || at < tail_.first());
  if (!among_sealed && !tail_.Fits(at)) {
    SealTail(encoder, result);
  }
  // The tail was just sealed: then an older sample belongs among the sealed ones.
  if (among_sealed || (result.verdict == Verdict::kOutOfOrder && tail_.empty())) {
    InsertOld(sample, encoder, result);
  } else {
    tail_.Insert(at, sample.value);
  }
  return result;
}

void MemSeries::SealTail(ChunkEncoder& encoder, Appended& result) {
  std::array<std::int64_t, Tail::kSamples> times = {};
  std::array<double, Tail::kSamples> values = {};
  for (std::size_t i = 0; i < tail_.size(); ++i) {
    times[i] = tail_.time(i);
    values[i] = tail_.value(i);
  }
  Seal(
      std::span(times).first(tail_.size()), std::span(values).first(tail_.size()), encoder, result);
  tail_.Clear();
}

void MemSeries::Seal(std::span<const std::int64_t> times,
                     std::span<const double> values,
                     ChunkEncoder& encoder,
                     Appended& result) {
  if (!chunks_.empty() && !IsFull(chunks_.back())) {
    Chunk& newest = chunks_.back();
    if (const auto extended = encoder.ExtendFlat(newest, times, values)) {
      Replace(newest, *extended, result);
      return;
    }
    // A flat chunk past the usual size that is flat no longer stays as it is.
    if (newest.size() < kFullChunk) {
      storage::SampleColumns& columns = encoder.columns();
      columns.clear();
      ReadAll(newest, columns);
      columns.times.insert(columns.times.end(), times.begin(), times.end());
      columns.values.insert(columns.values.end(), values.begin(), values.end());
      Replace(newest, encoder.Encode(columns.times, columns.values), result);
      return;
    }
  }
  chunks_.push_back(encoder.Encode(times, values));
  result.bytes += Bytes(chunks_.back());
  ++result.chunks;
}

void MemSeries::InsertOld(const Sample& sample, ChunkEncoder& encoder, Appended& result) {
  const std::int64_t at = ToUnixMillis(sample.at);
  if (chunks_.empty()) {
    Seal(std::span(&at, 1), std::span(&sample.value, 1), encoder, result);
    return;
  }
  const auto after = std::ranges::upper_bound(chunks_, at, {}, &Chunk::first);
  const auto place = after == chunks_.begin() ? after : after - 1;

  storage::SampleColumns& columns = encoder.columns();
  columns.clear();
  ReadAll(*place, columns);
  const auto before = std::ranges::lower_bound(columns.times, at) - columns.times.begin();
  columns.times.insert(columns.times.begin() + before, at);
  columns.values.insert(columns.values.begin() + before, sample.value);

  const std::span times(columns.times);
  const std::span values(columns.values);
  if (times.size() <= kFullFlatChunk) {
    Replace(*place, encoder.Encode(times, values), result);
    return;
  }
  const std::size_t half = times.size() / 2;
  Replace(*place, encoder.Encode(times.first(half), values.first(half)), result);
  const Chunk second = encoder.Encode(times.subspan(half), values.subspan(half));
  chunks_.insert(place + 1, second);
  result.bytes += Bytes(second);
  ++result.chunks;
}

MemSeries::Inserted MemSeries::AppendRun(std::span<const std::int64_t> times,
                                         std::span<const double> values,
                                         ChunkEncoder& encoder) {
  // What was taken once is taken again, in whatever order other appenders stood in the journal.
  constexpr Duration kAnyAge = Duration(std::int64_t{1} << 61);
  const CompactLock lock(mutex_);
  Inserted result;
  Appended change;
  if ((tail_.empty() && chunks_.empty()) || times.front() > NewestLocked()) {
    if (!tail_.empty()) {
      SealTail(encoder, change);
    }
    Seal(times, values, encoder, change);
    return {.samples = static_cast<std::int64_t>(times.size()),
            .bytes = change.bytes,
            .chunks = change.chunks};
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    change = AppendLocked({FromUnixMillis(times[i]), values[i]}, kAnyAge, encoder);
    const bool taken =
        change.verdict == Verdict::kAppended || change.verdict == Verdict::kOutOfOrder;
    result.samples += taken ? 1 : 0;
    result.bytes += change.bytes;
    result.chunks += change.chunks;
  }
  return result;
}

MemSeries::Inserted MemSeries::InsertChunk(const Chunk& chunk, ChunkEncoder& encoder) {
  const CompactLock lock(mutex_);
  Inserted result;
  if (!tail_.empty() && chunk.last() >= tail_.first()) {
    Appended sealed;
    SealTail(encoder, sealed);
    result.bytes += sealed.bytes;
    result.chunks += sealed.chunks;
  }
  const auto begin = std::ranges::lower_bound(chunks_, chunk.first(), {}, &Chunk::last);
  const auto end = std::ranges::upper_bound(begin, chunks_.end(), chunk.last(), {}, &Chunk::first);
  if (begin == end) {
    chunks_.insert(begin, chunk);
    result.samples += static_cast<std::int64_t>(chunk.size());
    result.bytes += Bytes(chunk);
    ++result.chunks;
    return result;
  }
  if (end - begin == 1 && begin->SameBytes(chunk)) {
    return result;
  }
  std::vector<Chunk> merged;
  const Inserted change = Merge(chunk, std::span(begin, end), encoder, merged);
  chunks_.insert(chunks_.erase(begin, end), merged.begin(), merged.end());
  result.samples += change.samples;
  result.bytes += change.bytes;
  result.chunks += change.chunks;
  return result;
}

MemSeries::Dropped MemSeries::Truncate(TimePoint limit) {
  const std::int64_t oldest = ToUnixMillis(limit);
  const CompactLock lock(mutex_);
  Dropped dropped;
  const auto kept = std::ranges::lower_bound(chunks_, oldest, {}, &Chunk::last);
  for (auto chunk = chunks_.begin(); chunk != kept; ++chunk) {
    dropped.samples += static_cast<std::int64_t>(chunk->size());
    dropped.bytes += Bytes(*chunk);
    ++dropped.chunks;
  }
  if (dropped.chunks > 0) {
    chunks_.erase(chunks_.begin(), kept);
  }
  if (!tail_.empty() && tail_.last() < oldest) {
    dropped.samples += static_cast<std::int64_t>(tail_.size());
    tail_.Clear();
  }
  return dropped;
}

bool MemSeries::empty() const {
  const CompactLock lock(mutex_);
  return tail_.empty() && chunks_.empty();
}

MemSeries::Extent MemSeries::ExtentLocked() const {
  Extent extent;
  if (!tail_.empty()) {
    extent = {tail_.first(), tail_.last()};
  }
  if (!chunks_.empty()) {
    extent.first = chunks_.front().first();
    extent.last = std::max(extent.last, chunks_.back().last());
  }
  return extent;
}

MemSeries::Extent MemSeries::extent() const {
  const CompactLock lock(mutex_);
  return ExtentLocked();
}

bool MemSeries::Overlaps(const storage::TimeRange& range) const {
  const CompactLock lock(mutex_);
  const Extent extent = ExtentLocked();
  if (extent.first > ToUnixMillis(range.to) || extent.last < ToUnixMillis(range.from)) {
    return false;
  }
  if (tail_.empty()) {
    chunks_.back().Prefetch();
  }
  return true;
}

void MemSeries::Prefetch() const {
  labels_.Prefetch();
  const CompactLock lock(mutex_);
  if (!chunks_.empty()) {
    __builtin_prefetch(&chunks_.front());
    __builtin_prefetch(&chunks_.back());
  }
}

std::size_t MemSeries::FixedBytes() const {
  constexpr std::size_t kSharedControlBlock = 16 + 8;
  return sizeof(MemSeries) + kSharedControlBlock + labels_.AllocatedBytes();
}

}  // namespace sidewatch::tsdb
