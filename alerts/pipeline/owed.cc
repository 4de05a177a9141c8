#include "alerts/pipeline/owed.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace sidewatch::alerts {
namespace {

using Fingerprints = std::unordered_set<std::uint64_t>;

Fingerprints HeardOf(const GroupKnowledge& known) {
  Fingerprints heard;
  if (known.told) {
    heard.insert(known.told->alerts.firing.begin(), known.told->alerts.firing.end());
  }
  if (known.waiting != nullptr) {
    for (const Alert& alert : known.waiting->alerts) {
      heard.insert(Fingerprint(alert.labels));
    }
  }
  return heard;
}

void AddHeld(const GroupFlush& flush, const Fingerprints& heard, bool tell_muted_ends, Owed& out) {
  for (const HeldAlert& held : flush.held) {
    const std::uint64_t fingerprint = Fingerprint(held.alert.labels);
    if (!heard.contains(fingerprint)) {
      continue;
    }
    if (!held.alert.ResolvedAt(flush.at)) {
      out.still_known.push_back(fingerprint);
    } else if (!tell_muted_ends) {
      out.forgotten.push_back(fingerprint);
    } else if (held.how == HistoryKind::kMuted) {
      out.still_known.push_back(fingerprint);
      out.postponed = true;
    } else {
      out.alerts.push_back(held.alert);
    }
  }
}

/// The ends that wait stay owed, unless the flush knows better.
void AddWaitingEnds(const GroupFlush& flush, const GroupKnowledge& known, Owed& out) {
  if (known.waiting == nullptr) {
    return;
  }
  Fingerprints there;
  for (const Alert& alert : out.alerts) {
    there.insert(Fingerprint(alert.labels));
  }
  there.insert(out.forgotten.begin(), out.forgotten.end());
  for (const Alert& alert : known.waiting->alerts) {
    if (alert.ResolvedAt(known.waiting->at) && alert.ResolvedAt(flush.at) &&
        !there.contains(Fingerprint(alert.labels))) {
      out.alerts.push_back(alert);
      // What fires unseen meanwhile was not heard of.
      std::erase(out.still_known, Fingerprint(alert.labels));
    }
  }
}

}  // namespace

Owed OwedOf(const GroupFlush& flush, const GroupKnowledge& known, bool tell_muted_ends) {
  const Fingerprints heard = HeardOf(known);
  Owed owed;
  owed.alerts.reserve(flush.alerts.size());
  for (const Alert& alert : flush.alerts) {
    // Nobody need hear of the end of what nobody heard of, or hear of it twice.
    if (!alert.ResolvedAt(flush.at) || heard.contains(Fingerprint(alert.labels))) {
      owed.alerts.push_back(alert);
    }
  }
  const std::size_t sorted = owed.alerts.size();
  AddHeld(flush, heard, tell_muted_ends, owed);
  AddWaitingEnds(flush, known, owed);
  if (owed.alerts.size() != sorted) {
    std::ranges::sort(owed.alerts, [&flush](const Alert& a, const Alert& b) {
      const bool a_resolved = a.ResolvedAt(flush.at);
      const bool b_resolved = b.ResolvedAt(flush.at);
      return a_resolved != b_resolved ? b_resolved : a.labels < b.labels;
    });
  }
  std::ranges::sort(owed.still_known);
  return owed;
}

void RemoveToldEnds(const Notification& told, std::vector<Alert>& alerts) {
  std::set<std::pair<std::uint64_t, TimePoint>> ends;
  for (const Alert& alert : told.alerts) {
    if (alert.ResolvedAt(told.at)) {
      ends.emplace(Fingerprint(alert.labels), *alert.ends_at);
    }
  }
  std::erase_if(alerts, [&ends](const Alert& alert) {
    return alert.ends_at && ends.contains({Fingerprint(alert.labels), *alert.ends_at});
  });
}

}  // namespace sidewatch::alerts
