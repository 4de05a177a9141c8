#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "alerts/model/alert.h"
#include "exporter/base/clock.h"

namespace sidewatch::alerts {

/// Fingerprints of a group's alerts, sorted.
struct AlertSets {
  std::vector<std::uint64_t> firing;
  std::vector<std::uint64_t> resolved;

  static AlertSets Of(std::span<const Alert> alerts, TimePoint at);
};

/// What an integration was last told about a group.
struct Told {
  AlertSets alerts;
  TimePoint at;
};

/// Why a notification is sent.
enum class NotifyReason {
  kNone,  ///< It is not.
  kFirst,
  kNewAlerts,
  kAllResolved,
  kNewlyResolved,
  kRepeat,
};

/// `first`, `new_alerts`, `all_resolved`, `newly_resolved`, `repeat`; empty for kNone.
std::string_view NotifyReasonName(NotifyReason reason);

/// What the decision depends on besides what was told last.
struct DedupeSettings {
  Duration repeat_interval{};
  bool send_resolved = false;
  bool repeats = true;  ///< False: somebody has taken it on.
};

/// Decides whether a group is worth telling at `now`, as Alertmanager does.
///
/// kAllResolved is given also without send_resolved: nothing is to be sent then, but the log must
/// forget what fired, so that it is news when it fires again.
NotifyReason NeedsUpdate(const std::optional<Told>& last,
                         const AlertSets& current,
                         const DedupeSettings& settings,
                         TimePoint now);

}  // namespace sidewatch::alerts
