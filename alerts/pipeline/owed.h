#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "alerts/model/flush.h"
#include "alerts/model/notification.h"
#include "alerts/pipeline/dedupe.h"

namespace sidewatch::alerts {

/// What an integration knows of a group, or will know once what waits is delivered.
struct GroupKnowledge {
  std::optional<Told> told = {};          ///< By what was delivered last.
  const Notification* waiting = nullptr;  ///< Null: nothing waits.
};

/// What an integration is to be told of a flush.
struct Owed {
  /// What fires, and the ends of what it heard of: each once. Sorted as in a flush.
  std::vector<Alert> alerts;
  /// Fingerprints of what it heard of and what is held back while it fires: its end will be owed.
  std::vector<std::uint64_t> still_known;
  /// Fingerprints of what ended while it was held back, and whose end it is not to hear of.
  std::vector<std::uint64_t> forgotten;
  bool postponed = false;  ///< Something ended inside a time interval: ask again when it is over.
};

/// Compares a flush, past the stages, with what the integration knows.
///
/// The end of what waits to be told as ended goes on to whatever takes its place. The end of what
/// was silenced or inhibited meanwhile is owed too, and the end inside a time interval that holds
/// the group back once that is over, unless `tell_muted_ends` is false.
Owed OwedOf(const GroupFlush& flush, const GroupKnowledge& known, bool tell_muted_ends);

/// Takes the ends that `told` tells out of `alerts`.
void RemoveToldEnds(const Notification& told, std::vector<Alert>& alerts);

}  // namespace sidewatch::alerts
