#pragma once

#include <cstdint>

#include "exporter/base/clock.h"

namespace sidewatch::alerts {

struct BackoffOptions {
  Duration first = std::chrono::seconds(1);
  Duration longest = std::chrono::minutes(5);
};

/// How long to wait after the `attempts`-th failure in a row: doubles from `first` to `longest`, of
/// which `jitter` (0…1) takes away up to a half, so that receivers that come back are not met by
/// everybody at once.
Duration Backoff(const BackoffOptions& options, std::int64_t attempts, double jitter);

}  // namespace sidewatch::alerts
