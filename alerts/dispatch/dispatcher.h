#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alerts/dispatch/route.h"
#include "alerts/model/alert.h"
#include "alerts/model/flush.h"
#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts {

using AlertPtr = std::shared_ptr<const Alert>;

/// Timers of groups by their ids, as they are kept over restarts.
using GroupTimerMap = std::map<std::string, TimePoint, std::less<>>;

struct DispatcherOptions {
  /// New alerts over this are refused: memory is bounded.
  std::size_t max_alerts = 50'000;
};

/// A group as the API shows it.
struct GroupView {
  std::string key;
  std::string receiver;
  LabelSet labels;
  std::vector<AlertPtr> alerts;
  TimePoint next_flush;
  LabelSet route_labels = {};
  std::vector<std::string> mute_time_intervals = {};
  std::vector<std::string> active_time_intervals = {};
};

/// Holds the alerts, routes them, gathers them in groups and says when a group is due. It starts no
/// thread, reads no clock and sends nothing: DispatchLoop drives it.
///
/// Threads: safe.
class Dispatcher {
 public:
  struct Flush {
    std::string group_id;
    GroupFlush group;
  };

  struct Due {
    std::vector<Flush> flushes;
    std::optional<TimePoint> next;  ///< When Tick is to be called again; nothing: no group.
  };

  explicit Dispatcher(std::shared_ptr<const RouteTree> routes,
                      const DispatcherOptions& options = {});

  enum class Ends {
    kOfGroups,  ///< Only of what stands in a group, or did before a restart: else nobody was told.
    kOwed,      ///< Whoever puts them knows that somebody was told.
  };

  /// Takes new states of alerts. The same labels again are the same alert: periods that overlap
  /// become one with the earliest start; an alert without an end fires until it is put with one.
  /// `ends` says which ends are of interest. Gives how many were refused by the bound.
  std::size_t Put(std::span<const Alert> alerts, TimePoint now, Ends ends = Ends::kOfGroups);

  /// Whether an alert of this fingerprint stands in a group.
  bool Holds(std::uint64_t fingerprint) const;

  /// Takes the groups that are due at `now` and sets their timers on by group_interval.
  Due Tick(TimePoint now);

  /// Brings a flush of an earlier Tick up to what was put since.
  void Refresh(GroupFlush& flush, TimePoint now) const;

  /// Lets go of the resolved alerts of a flush that nobody has still to be told, unless they fire
  /// again meanwhile. Gives true if the group has gone with them.
  bool Settle(const Flush& flush);

  /// Sets when a flush for the levels of escalation alone is due, if no other comes before.
  void SetEscalation(const Flush& flush, std::optional<TimePoint> at);

  /// Sorts all alerts into groups anew. A group that stays keeps its timer.
  void Apply(std::shared_ptr<const RouteTree> routes, TimePoint now);

  /// The timers that were kept over a restart; to be called before the first Put.
  void RestoreTimers(GroupTimerMap timers);

  GroupTimerMap Timers() const;

  std::vector<GroupView> Groups() const;
  std::vector<AlertPtr> Alerts() const;

 private:
  struct Group {
    const Route* route = nullptr;
    LabelSet labels;
    TimePoint next_flush;
    std::optional<TimePoint> escalate_at = {};
    bool flushed = false;
    std::map<std::uint64_t, AlertPtr> alerts;
  };

  struct Entry {
    AlertPtr alert;
    int groups = 0;  ///< How many hold it; at 0 it is forgotten.
  };

  static void FlushGroup(const std::string& id, Group& group, TimePoint now, Due& due);
  void RouteAlert(std::uint64_t fingerprint, Entry& entry, TimePoint now, Ends ends)
      SW_REQUIRES(mutex_);
  Group& GetGroup(const Route& route, const LabelSet& labels, TimePoint now) SW_REQUIRES(mutex_);

  const DispatcherOptions options_;
  mutable Mutex mutex_;
  std::shared_ptr<const RouteTree> routes_ SW_GUARDED_BY(mutex_);
  std::unordered_map<std::uint64_t, Entry> alerts_ SW_GUARDED_BY(mutex_);
  std::map<std::string, Group, std::less<>> groups_ SW_GUARDED_BY(mutex_);  // By group id.
  GroupTimerMap restored_ SW_GUARDED_BY(mutex_);  // Timers whose group has not come back yet.
};

}  // namespace sidewatch::alerts
