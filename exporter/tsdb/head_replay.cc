#include <memory>
#include <unordered_map>
#include <utility>

#include "exporter/tsdb/head.h"
#include "exporter/tsdb/journal_codec.h"

namespace sidewatch::tsdb {
namespace {

/// What was taken once is taken again, in whatever order other appenders stood in the journal.
constexpr Duration kAnyAge = Duration(std::int64_t{1} << 61);

}  // namespace

/// Turns batches into samples of the head.
class Head::Replayer {
 public:
  Replayer(Head& head, std::int64_t oldest) : head_(head), oldest_(oldest) {}

  void Read(std::string_view bytes) {
    if (!DecodeBatch(bytes, batch_).has_value()) {
      ++head_.counters_.lost_batches;
      return;
    }
    for (const JournalSeries& series : batch_.series) {
      Result<std::shared_ptr<MemSeries>> found = head_.table_.FindOrCreate(series.labels);
      // Over the limit (it may have been lowered): its samples are counted below.
      by_slot_[series.slot] = found.has_value() ? std::move(*found) : nullptr;
    }
    for (const JournalSample& sample : batch_.samples) {
      if (sample.at >= oldest_) {
        Add(sample);
      }
    }
  }

 private:
  void Add(const JournalSample& sample) {
    const auto found = by_slot_.find(sample.slot);
    if (found == by_slot_.end() || found->second == nullptr) {
      ++head_.counters_.lost_samples;
      return;
    }
    const MemSeries::Appended appended =
        found->second->Append({FromUnixMillis(sample.at), sample.value}, kAnyAge, encoder_);
    const bool taken =
        appended.verdict == Verdict::kAppended || appended.verdict == Verdict::kOutOfOrder;
    if (taken) {
      head_.counters_.chunk_bytes += appended.bytes;
      head_.counters_.chunks += appended.chunks;
      ++head_.counters_.stored;
      ++head_.counters_.replayed;
    }
  }

  Head& head_;
  std::int64_t oldest_;
  JournalBatch batch_;
  ChunkEncoder encoder_;
  std::unordered_map<std::uint32_t, std::shared_ptr<MemSeries>> by_slot_;
};

Status Head::Replay() {
  if (journal_ == nullptr) {
    return {};
  }
  Replayer replayer(*this, ToUnixMillis(clock_.Now() - options_.retention));
  return journal_->Replay([&replayer](std::string_view batch) {
    replayer.Read(batch);
    return Status();
  });
}

}  // namespace sidewatch::tsdb
