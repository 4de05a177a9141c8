#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "alerts/model/alert.h"
#include "alerts/pipeline/pipeline.h"
#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts {

/// Makes alerts of notifications that were given up. One an integration, however many they
/// are; it ends an hour after the last. Threads: safe.
class Refusals {
 public:
  void Note(const GivenUp& given_up, TimePoint at);

  /// What was noted since the last call.
  std::vector<Alert> Take();

 private:
  Mutex mutex_;
  std::map<std::string, Alert, std::less<>> noted_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::alerts
