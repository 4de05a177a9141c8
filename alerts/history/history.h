#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/history_event.h"
#include "alerts/model/matcher_parser.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/state/alert_history.h"

namespace sidewatch::alerts {

/// Which entries are asked for; what is empty takes all.
struct HistoryFilter {
  Matchers matchers = {};  ///< At least one alert of the entry has these labels.
  std::set<std::string, std::less<>> events = {};
  std::string receiver = {};
  std::optional<TimePoint> start = {};
  std::optional<TimePoint> end = {};
  std::optional<std::int64_t> before = {};  ///< Only ids below: the next page.
  std::size_t limit = 100;
};

/// An entry as JSON, and the number that pages go by.
struct HistoryEntry {
  std::int64_t id = 0;
  std::string json;
};

/// What happened to alerts, durable and bounded: what fired, resolved, was sent to whom with what
/// answer, was held back, acknowledged.
///
/// When the disk refuses, the newest entries wait in memory for it. Threads: safe. Lifetime: the
/// database outlives it.
class History final : public HistoryWriter {
 public:
  History(state::Database& database, Logger log, const state::AlertHistoryLimits& limits = {});

  void Record(std::span<const HistoryEvent> events) override;

  /// Newest first. Errors: kUnavailable, kProtocol if the database cannot be read.
  Result<std::vector<HistoryEntry>> Find(const HistoryFilter& filter);

  /// What was known of an alert when the last run ended.
  struct Firing {
    Alert alert;          ///< Its labels and start.
    std::string held_by;  ///< The event that last held it back, as `silenced`; empty: none.
  };

  /// What is known of the alerts with these fingerprints: labels and start, and the end of those
  /// that have ended. What is not in the history is not there.
  std::map<std::uint64_t, Alert> LastKnown(const std::set<std::uint64_t>& fingerprints);

  /// The alerts that fired when the last run ended, by fingerprint.
  std::map<std::uint64_t, Firing> FiringAtLast();

 private:
  void Write() SW_REQUIRES(mutex_);

  Logger log_;
  Mutex mutex_;
  state::AlertHistory table_ SW_GUARDED_BY(mutex_);
  std::vector<state::AlertHistoryRow> unwritten_ SW_GUARDED_BY(mutex_);
  bool disk_is_well_ SW_GUARDED_BY(mutex_) = true;
};

}  // namespace sidewatch::alerts
