#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/storage/journal.h"

namespace sidewatch::tsdb {

/// A journal that a test can look into and break while no other thread uses it.
class MemoryJournal final : public storage::Journal {
 public:
  Status Write(std::string_view batch, TimePoint newest) override {
    const MutexLock lock(mutex_);
    if (broken) {
      return Fail(ErrorCode::kUnavailable, "the disk is full");
    }
    batches.emplace_back(newest, batch);
    return {};
  }

  Status Replay(const std::function<Status(std::string_view batch)>& read) override {
    const MutexLock lock(mutex_);
    for (const auto& [newest, batch] : batches) {
      if (const Status status = read(batch); !status.has_value()) {
        return status;
      }
    }
    return {};
  }

  Status Truncate(TimePoint limit) override {
    const MutexLock lock(mutex_);
    std::erase_if(batches, [limit](const auto& batch) { return batch.first < limit; });
    return {};
  }

  std::vector<std::pair<TimePoint, std::string>> batches;
  bool broken = false;

 private:
  Mutex mutex_;
};

}  // namespace sidewatch::tsdb
