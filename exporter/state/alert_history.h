#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/state/database.h"

namespace sidewatch::state {

/// One thing that happened to alerts, as bytes that alerts/history makes and reads.
struct AlertHistoryRow {
  std::int64_t id = 0;  ///< Grows with time; 0 before it is kept.
  TimePoint at;
  std::string kind;
  std::uint64_t fingerprint = 0;  ///< Of the alert, if it is about one.
  std::string entry;
};

struct AlertHistoryLimits {
  std::int64_t rows = 10'000;
  std::int64_t bytes = 16LL * 1024 * 1024;  ///< Of entries.
};

/// What happened to alerts, the oldest forgotten first.
///
/// Lifetime: `database` outlives it. Errors and threads: as Database.
class AlertHistory {
 public:
  explicit AlertHistory(Database& database, const AlertHistoryLimits& limits = {})
      : database_(database), limits_(limits) {}

  /// Adds all `rows` at once, and forgets what is over the limits. Survives `kill -9`.
  Status Append(std::span<const AlertHistoryRow> rows);

  /// Newest first, until `visit` gives false. It is called with the database held: it calls nothing
  /// of it.
  Status VisitNewestFirst(const std::function<bool(const AlertHistoryRow& row)>& visit);

 private:
  Status DeleteOverLimits(Transaction& transaction, std::int64_t& bytes) const;

  Database& database_;
  const AlertHistoryLimits limits_;
  Mutex mutex_;
  std::int64_t bytes_ SW_GUARDED_BY(mutex_) = -1;  // Of all entries; negative: not known yet.
};

}  // namespace sidewatch::state
