#pragma once

#include <functional>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::storage {

/// Where a store keeps its batches for the next start. The bytes are the store's own. Threads:
/// safe.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  /// Keeps one batch, whose newest sample is of `newest`. Errors: kUnavailable (disk full,
  /// read-only…).
  virtual Status Write(std::string_view batch, TimePoint newest) = 0;

  /// Hands out all kept batches in the order in which they were written. `read` returning an error
  /// ends it.
  virtual Status Replay(const std::function<Status(std::string_view batch)>& read) = 0;

  /// Forgets the batches whose newest sample is older than `limit`.
  virtual Status Truncate(TimePoint limit) = 0;
};

}  // namespace sidewatch::storage
