#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/flush.h"
#include "alerts/mute/value_store.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts {

/// The key of the group that a notification is about: without the level, if it was escalated.
std::string RouteGroupKey(std::string_view group_key);

/// How far each alert of each group was escalated: since when it could be told, and how many levels
/// of its route know. Durable before a level is told, so that a crash neither begins anew nor
/// leaves anybody without the end.
///
/// A level is told of the alerts that came to it, and from then on as the route's own receiver is:
/// changes, repeats, the end. Threads: safe. Lifetime: the store outlives it.
class Escalations {
 public:
  Escalations(ValueStore& store, Logger log);

  /// One level's part of a flush.
  struct Level {
    GroupFlush whole;
    GroupFlush left;  ///< What the stages left of it; maybe nothing.
  };

  struct Plan {
    std::vector<Level> levels;
    std::optional<TimePoint> next;  ///< When an alert comes to its next level.
  };

  /// Says whether an alert is acknowledged: then it goes no further.
  using AcknowledgedFn = std::function<bool(std::uint64_t fingerprint)>;

  /// What the levels of a route are to be told now.
  Plan Advance(const GroupFlush& whole, const GroupFlush& left, const AcknowledgedFn& acknowledged);

  /// Everybody knows: resolved alerts of `whole` are forgotten.
  void Settle(const GroupFlush& whole);

  /// Forgets the groups that are not among `group_ids` any more.
  void Retain(const std::set<std::string, std::less<>>& group_ids);

 private:
  struct Progress {
    TimePoint since;         // It could be told first.
    std::size_t levels = 0;  // So many know, or are about to.

    bool operator==(const Progress&) const = default;
  };

  using Group = std::map<std::uint64_t, Progress>;  // By fingerprint.

  static std::string Encode(const Group& group);
  static std::optional<Group> Decode(std::string_view bytes);
  static std::optional<TimePoint> MoveOne(const GroupFlush& whole, Progress& progress);
  static std::optional<TimePoint> Move(const GroupFlush& whole,
                                       const GroupFlush& left,
                                       const AcknowledgedFn& acknowledged,
                                       Group& group);
  static GroupFlush PartOf(const GroupFlush& flush, const Group& group, std::size_t level);
  void Keep(const std::string& group_id, Group group) SW_REQUIRES(mutex_);

  ValueStore& store_;
  Logger log_;
  Mutex mutex_;
  std::map<std::string, Group, std::less<>> groups_ SW_GUARDED_BY(mutex_);  // By group id.
};

}  // namespace sidewatch::alerts
