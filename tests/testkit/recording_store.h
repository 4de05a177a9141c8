#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/model/sample.h"
#include "exporter/storage/appender.h"

namespace sidewatch::testkit {

/// Keeps what is committed, as `labels.ToString()` to samples. Threads: safe.
class RecordingStore final : public storage::Appendable {
 public:
  std::unique_ptr<storage::Appender> NewAppender() override {
    return std::make_unique<Batch>(*this);
  }

  std::vector<Sample> SamplesOf(const std::string& series) const {
    const MutexLock lock(mutex_);
    const auto found = samples_.find(series);
    return found == samples_.end() ? std::vector<Sample>() : found->second;
  }

  std::vector<std::string> Series() const {
    const MutexLock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, samples] : samples_) {
      names.push_back(name);
    }
    return names;
  }

  /// New series over this many are refused.
  void LimitSeries(std::size_t limit) { limit_ = limit; }

  /// As a store does that dropped old series: references are unknown, labels are not.
  void ForgetRefs() {
    const MutexLock lock(mutex_);
    refs_.clear();
  }

 private:
  class Batch final : public storage::Appender {
   public:
    explicit Batch(RecordingStore& store) : store_(store) {}

    Result<storage::SeriesRef> Append(const LabelSet& labels, TimePoint at, double value) override {
      const MutexLock lock(store_.mutex_);
      const std::string name = labels.ToString();
      if (store_.samples_.size() >= store_.limit_ && !store_.samples_.contains(name)) {
        return Fail(ErrorCode::kLimitExceeded, "too many series");
      }
      store_.samples_[name];
      const storage::SeriesRef ref{++store_.last_ref_};
      store_.refs_[ref] = name;
      pending_.emplace_back(name, Sample{at, value});
      return ref;
    }

    Status AppendRef(storage::SeriesRef ref, TimePoint at, double value) override {
      const MutexLock lock(store_.mutex_);
      const auto found = store_.refs_.find(ref);
      if (found == store_.refs_.end()) {
        return Fail(ErrorCode::kNotFound, "no such series");
      }
      pending_.emplace_back(found->second, Sample{at, value});
      return {};
    }

    Status Commit() override {
      const MutexLock lock(store_.mutex_);
      for (const auto& [name, sample] : pending_) {
        store_.samples_[name].push_back(sample);
      }
      pending_.clear();
      return {};
    }

   private:
    RecordingStore& store_;
    std::vector<std::pair<std::string, Sample>> pending_;
  };

  mutable Mutex mutex_;
  std::map<std::string, std::vector<Sample>> samples_ SW_GUARDED_BY(mutex_);
  std::map<storage::SeriesRef, std::string> refs_ SW_GUARDED_BY(mutex_);
  std::uint64_t last_ref_ SW_GUARDED_BY(mutex_) = 0;
  std::size_t limit_ = SIZE_MAX;
};

}  // namespace sidewatch::testkit
