#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/log.h"
#include "exporter/base/mutex.h"

namespace sidewatch::testkit {

/// Keeps every line. Threads: safe.
class RecordingLog final : public LogSink {
 public:
  void Write(std::string_view line) override {
    const MutexLock lock(mutex_);
    lines_.emplace_back(line);
  }

  std::vector<std::string> lines() const {
    const MutexLock lock(mutex_);
    return lines_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> lines_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::testkit
