#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/history/history.h"
#include "alerts/model/alert.h"
#include "alerts/model/flush.h"
#include "alerts/model/history_event.h"
#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts {

/// Sees states of alerts go by and notices what is new: it fired, it is over, it is held back.
///
/// Threads: safe.
class AlertWatch {
 public:
  /// `firing` fired when the last run ended; `max_alerts` bounds how many are watched.
  AlertWatch(std::map<std::uint64_t, History::Firing> firing, std::size_t max_alerts);

  /// What is new; `ended` also counts among `events`.
  struct News {
    std::vector<HistoryEvent> events;
    std::vector<Alert> ended;
  };

  /// Takes the newest states of alerts.
  News See(std::span<const Alert> alerts, TimePoint now);

  /// Takes what the stages made of a flush.
  std::vector<HistoryEvent> SeeHeld(const GroupFlush& flush);

  bool Watches(std::uint64_t fingerprint) const;

  /// Alerts that ended by time; and those of the last run that nobody has spoken of although all
  /// rules were evaluated `patience` ago.
  News SeeTime(TimePoint now, std::optional<TimePoint> all_known_since, Duration patience);

 private:
  struct Watched {
    Alert alert;
    bool seen = false;                        // In this run.
    std::map<std::string, std::string> held;  // By group key (none: everywhere), how.
  };

  static void End(Watched& watched, TimePoint now, News& news);

  const std::size_t max_alerts_;
  mutable Mutex mutex_;
  std::map<std::uint64_t, Watched> watched_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::alerts
