#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "exporter/tsdb/chunk_batch.h"
#include "exporter/tsdb/head.h"
#include "exporter/tsdb/journal_codec.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
// No store has more series; a batch that names such a slot is damaged.
constexpr std::uint32_t kMostSlots = 1U << 26U;
// A chunk is gathered of each series before it is compressed, and 40 MB of all: so the samples of
// 10,000 series are compressed only once, which is what replaying costs most.
constexpr std::size_t kGathered = kFullChunk;
constexpr std::size_t kMostGathered = 2'500'000;

}  // namespace

/// Turns batches into samples of the head.
class Head::Replayer {
 public:
  Replayer(Head& head, std::int64_t oldest) : head_(head), oldest_(oldest) {}

  void Read(std::string_view bytes) {
    if (HoldsChunks(bytes)) {
      ReadChunks(bytes);
    } else {
      ReadSamples(bytes);
    }
  }

  /// Puts into the head what has been gathered.
  void Finish() {
    for (Run& run : runs_) {
      Flush(run);
    }
  }

 private:
  void ReadSamples(std::string_view bytes) {
    if (!DecodeBatch(bytes, batch_).has_value()) {
      ++head_.counters_.lost_batches;
      return;
    }
    for (const JournalSeries& series : batch_.series) {
      Define(series);
    }
    for (const JournalSample& sample : batch_.samples) {
      if (sample.at >= oldest_) {
        Add(sample);
      }
    }
    if (gathered_ >= kMostGathered) {
      Finish();
    }
  }

  void ReadChunks(std::string_view bytes) {
    if (!DecodeChunkBatch(bytes, chunks_).has_value()) {
      ++head_.counters_.lost_batches;
      return;
    }
    for (const JournalChunks& series : chunks_) {
      if (!IsWanted(series)) {
        continue;
      }
      const Result<std::shared_ptr<MemSeries>> found = head_.table_.FindOrCreate(series.labels);
      if (found.has_value() && (*found)->slot() < runs_.size()) {
        // What stands in front of it in the journal was there first.
        Flush(runs_[(*found)->slot()]);
      }
      for (const Chunk& chunk : series.chunks) {
        if (!found.has_value()) {
          head_.counters_.lost_samples += static_cast<std::int64_t>(chunk.size());
        } else if (chunk.last() >= oldest_) {
          Add(**found, chunk);
        }
      }
    }
  }

  bool IsWanted(const JournalChunks& series) const {
    return std::ranges::any_of(series.chunks,
                               [this](const Chunk& chunk) { return chunk.last() >= oldest_; });
  }

  /// Samples of one series that are not in the head yet.
  struct Run {
    std::shared_ptr<MemSeries> series;
    storage::SampleColumns samples;
  };

  void Define(const JournalSeries& series) {
    if (series.slot >= kMostSlots) {
      return;
    }
    if (series.slot >= numbers_.size()) {
      numbers_.resize(series.slot + 1, kNone);
    }
    Result<std::shared_ptr<MemSeries>> found = head_.table_.FindOrCreate(series.labels);
    if (!found.has_value()) {
      // Over the limit (it may have been lowered): its samples are counted below.
      numbers_[series.slot] = kNone;
      return;
    }
    const std::uint32_t number = (*found)->slot();
    numbers_[series.slot] = number;
    if (number >= runs_.size()) {
      runs_.resize(number + 1);
    }
    runs_[number].series = std::move(*found);
  }

  void Add(const JournalSample& sample) {
    const std::uint32_t number = sample.slot < numbers_.size() ? numbers_[sample.slot] : kNone;
    if (number == kNone) {
      ++head_.counters_.lost_samples;
      return;
    }
    Run& run = runs_[number];
    if (!run.samples.times.empty() &&
        (sample.at <= run.samples.times.back() || run.samples.size() >= kGathered)) {
      Flush(run);
    }
    run.samples.times.push_back(sample.at);
    run.samples.values.push_back(sample.value);
    ++gathered_;
  }

  void Flush(Run& run) {
    if (run.samples.times.empty()) {
      return;
    }
    Count(run.series->AppendRun(run.samples.times, run.samples.values, encoder_));
    gathered_ -= run.samples.size();
    run.samples.clear();
  }

  void Add(MemSeries& series, const Chunk& chunk) { Count(series.InsertChunk(chunk, encoder_)); }

  void Count(const MemSeries::Inserted& inserted) {
    head_.counters_.chunk_bytes += inserted.bytes;
    head_.counters_.chunks += inserted.chunks;
    head_.counters_.stored += inserted.samples;
    head_.counters_.replayed += inserted.samples;
  }

  Head& head_;
  std::int64_t oldest_;
  JournalBatch batch_;
  std::vector<JournalChunks> chunks_;
  ChunkEncoder encoder_;
  std::vector<std::uint32_t> numbers_;  // The head's slot of each slot of the journal.
  std::vector<Run> runs_;               // By the head's slot.
  std::size_t gathered_ = 0;
};

Status Head::Replay() {
  if (journal_ == nullptr) {
    return {};
  }
  const std::optional<TimePoint> oldest = Oldest(clock_.Now());
  Replayer replayer(*this,
                    oldest ? ToUnixMillis(*oldest) : std::numeric_limits<std::int64_t>::min());
  const Status read = journal_->Replay([&replayer](std::string_view batch) {
    replayer.Read(batch);
    return Status();
  });
  replayer.Finish();
  return read;
}

}  // namespace sidewatch::tsdb
