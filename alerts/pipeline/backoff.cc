#include "alerts/pipeline/backoff.h"

#include <algorithm>

namespace sidewatch::alerts {

Duration Backoff(const BackoffOptions& options, std::int64_t attempts, double jitter) {
  Duration wait = options.first;
  for (std::int64_t i = 1; i < attempts && wait < options.longest; ++i) {
    wait *= 2;
  }
  wait = std::min(wait, options.longest);
  return wait - std::chrono::duration_cast<Duration>(wait * (std::clamp(jitter, 0.0, 1.0) / 2));
}

}  // namespace sidewatch::alerts
