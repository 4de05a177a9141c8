#include "alerts/pipeline/dedupe.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sidewatch::alerts {

AlertSets AlertSets::Of(std::span<const Alert> alerts, TimePoint at) {
  AlertSets sets;
  for (const Alert& alert : alerts) {
    (alert.ResolvedAt(at) ? sets.resolved : sets.firing).push_back(Fingerprint(alert.labels));
  }
  std::ranges::sort(sets.firing);
  std::ranges::sort(sets.resolved);
  return sets;
}

std::string_view NotifyReasonName(NotifyReason reason) {
  // Alertmanager's words: templates and webhooks are given them.
  constexpr std::array<std::string_view, 6> kNames = {"",
                                                      "first notification",
                                                      "new alerts added",
                                                      "all alerts resolved",
                                                      "some alerts resolved",
                                                      "repeat interval elapsed"};
  return kNames[static_cast<std::size_t>(reason)];
}

NotifyReason NeedsUpdate(const std::optional<Told>& last,
                         const AlertSets& current,
                         const DedupeSettings& settings,
                         TimePoint now) {
  if (!last) {
    // Nobody need hear of the end of what nobody heard of.
    return current.firing.empty() ? NotifyReason::kNone : NotifyReason::kFirst;
  }
  if (!std::ranges::includes(last->alerts.firing, current.firing)) {
    return NotifyReason::kNewAlerts;
  }
  if (current.firing.empty()) {
    // What fired and ended between two flushes was never told, so neither is its end.
    return last->alerts.firing.empty() ? NotifyReason::kNone : NotifyReason::kAllResolved;
  }
  if (settings.send_resolved && !std::ranges::includes(last->alerts.resolved, current.resolved)) {
    return NotifyReason::kNewlyResolved;
  }
  return settings.repeats && last->at + settings.repeat_interval <= now ? NotifyReason::kRepeat
                                                                        : NotifyReason::kNone;
}

}  // namespace sidewatch::alerts
