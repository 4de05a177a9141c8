#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/model/sample.h"
#include "exporter/storage/appender.h"
#include "exporter/tsdb/chunk.h"
#include "exporter/tsdb/journal_codec.h"
#include "exporter/tsdb/mem_series.h"

namespace sidewatch::tsdb {

class Head;

/// Gathers a batch for the head. A sample that contradicts another one of the same batch is refused
/// by Commit(), which counts it; all else is told by Append.
class HeadAppender final : public storage::Appender {
 public:
  /// `head` outlives it.
  explicit HeadAppender(Head& head) : head_(head) {}

  Result<storage::SeriesRef> Append(const LabelSet& labels, TimePoint at, double value) override;
  Status AppendRef(storage::SeriesRef ref, TimePoint at, double value) override;
  Status Commit() override;

 private:
  struct Pending {
    std::shared_ptr<MemSeries> series;
    Sample sample;
  };

  Status Add(std::shared_ptr<MemSeries> series, const Sample& sample);
  void Apply();
  void Journal();

  Head& head_;
  std::vector<Pending> pending_;
  ChunkEncoder encoder_;
  JournalBatch batch_;
  std::string bytes_;
};

}  // namespace sidewatch::tsdb
