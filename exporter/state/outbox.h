#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/state/database.h"
#include "exporter/state/notification_log.h"

namespace sidewatch::state {

/// Names a row of the outbox; never used again for another.
enum class OutboxId : std::int64_t {};

/// A notification that waits to be delivered.
struct OutboxRow {
  OutboxId id{};
  std::string integration;
  std::string group_key;
  std::string payload = {};
  TimePoint created_at{};
  std::int64_t attempts = 0;
  TimePoint next_attempt_at{};
};

/// The notifications that are not delivered yet; at most one for an integration and a group.
///
/// Lifetime: `database` outlives it. Errors and threads: as Database.
class Outbox {
 public:
  explicit Outbox(Database& database) : database_(database) {}

  /// All rows, oldest first.
  Result<std::vector<OutboxRow>> LoadAll();

  /// Adds `row` (its id is not read) and removes the older row of its integration and group, both
  /// or none.
  Result<OutboxId> Enqueue(const OutboxRow& row);

  /// Notes a failed attempt. A row that was superseded meanwhile stays gone.
  Status Postpone(OutboxId id, std::int64_t attempts, TimePoint next_attempt_at);

  /// Removes the row and writes `entry` to the notification log, both or none. The entry is
  /// written also if the row was superseded meanwhile: it was told all the same.
  Status Complete(OutboxId id, const NotificationLogEntry& entry);

  /// Removes a row that nobody needs to be told any more.
  Status Drop(OutboxId id);

 private:
  Database& database_;
};

}  // namespace sidewatch::state
