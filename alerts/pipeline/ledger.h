#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/model/notification.h"
#include "alerts/pipeline/dedupe.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/state/notification_log.h"
#include "exporter/state/outbox.h"

namespace sidewatch::alerts {

/// The outbox and the notification log, in memory and on disk.
///
/// Memory leads: when the disk is full or gone, notifications go on, and what could not be written
/// is written with the next thing that can. Threads: safe. Lifetime: the database outlives it.
class Ledger {
 public:
  /// Names a notification that waits; without a row while the disk refuses it.
  struct Ticket {
    std::uint64_t number = 0;  ///< Never used again in this run.
    std::optional<state::OutboxId> row;
    std::optional<state::OutboxId> older = {};  ///< A row of what it has replaced, still there.

    bool operator==(const Ticket& other) const { return number == other.number; }
  };

  /// A notification that waited when the program ended.
  struct Waiting {
    Ticket ticket;
    std::string integration;
    Notification notification;
    std::int64_t attempts = 0;
  };

  Ledger(state::Database& database, Logger log);

  /// What waited when the last run ended, oldest first. To be called once.
  std::vector<Waiting> TakeWaiting();

  std::optional<Told> LastTold(std::string_view integration, std::string_view group_key) const;

  /// What an integration was told that fires, by group key. Without the groups where nothing does.
  std::map<std::string, std::vector<std::uint64_t>> FiringOf(std::string_view integration) const;

  /// What the receiver remembers of this group; empty once the end of all alerts was told.
  std::string ReceiverData(std::string_view integration, std::string_view group_key) const;

  /// On disk when it returns, if the disk is well. Replaces what waits for the same integration and
  /// group, the ticket of which is `replaced`, if there is one.
  Ticket Enqueue(std::string_view integration,
                 const Notification& notification,
                 std::int64_t attempts,
                 const Ticket* replaced = nullptr);

  /// Notes a failed attempt.
  void Postpone(Ticket& ticket,
                std::string_view integration,
                const Notification& notification,
                std::int64_t attempts);

  /// It was told: the row goes and the log is written, both or none.
  void Complete(const Ticket& ticket, const state::NotificationLogEntry& entry);

  /// Nobody need be told any more.
  void Drop(const Ticket& ticket);

  /// Writes the log without a notification.
  void Write(const state::NotificationLogEntry& entry);

  /// Keeps what was told of a group in the log at least until about `expires_at`.
  void Renew(std::string_view integration, std::string_view group_key, TimePoint expires_at);

  /// Forgets log entries that expired. To be called now and then.
  void DeleteExpired(TimePoint now);

 private:
  using Key = std::pair<std::string, std::string>;  // Integration, group key.

  /// A write that the disk refused: the row that goes, if any, and the entry.
  struct Unwritten {
    std::optional<state::OutboxId> row;
    state::NotificationLogEntry entry;
  };

  void LoadLog();
  Status WriteThrough(const Unwritten& write) SW_REQUIRES(mutex_);
  void WriteOrKeep(Unwritten write) SW_REQUIRES(mutex_);
  void RetryUnwritten() SW_REQUIRES(mutex_);
  void Report(const Status& status) SW_REQUIRES(mutex_);

  state::Outbox outbox_;
  state::NotificationLog notification_log_;
  Logger log_;
  mutable Mutex mutex_;
  std::map<Key, state::NotificationLogEntry> told_ SW_GUARDED_BY(mutex_);
  std::map<Key, Unwritten> unwritten_ SW_GUARDED_BY(mutex_);
  std::uint64_t next_number_ SW_GUARDED_BY(mutex_) = 1;
  bool disk_is_well_ SW_GUARDED_BY(mutex_) = true;
};

}  // namespace sidewatch::alerts
