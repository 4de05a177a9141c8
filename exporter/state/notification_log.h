#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/state/database.h"

namespace sidewatch::state {

/// What an integration was last told about a group.
struct NotificationLogEntry {
  std::string group_key;
  std::string integration;
  TimePoint sent_at{};
  TimePoint expires_at{};
  std::vector<std::uint64_t> firing = {};  ///< Fingerprints of the alerts that were told as firing.
  std::vector<std::uint64_t> resolved = {};  ///< … and as resolved.
  std::string receiver_data = {};            ///< What the receiver remembers, in its own words.

  bool operator==(const NotificationLogEntry&) const = default;
};

/// The last notification of each group and integration. Entries are written by Outbox::Complete.
///
/// Lifetime: `database` outlives it. Errors and threads: as Database.
class NotificationLog {
 public:
  explicit NotificationLog(Database& database) : database_(database) {}

  Result<std::vector<NotificationLogEntry>> LoadAll();

  /// Writes an entry for a notification that never stood in the outbox.
  Status Save(const NotificationLogEntry& entry);

  /// Deletes the entries that expired before `now`; gives their number.
  Result<std::int64_t> DeleteExpired(TimePoint now);

 private:
  friend class Outbox;
  static Status Write(Transaction& transaction, const NotificationLogEntry& entry);

  Database& database_;
};

}  // namespace sidewatch::state
