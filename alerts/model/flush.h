#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/model/alert.h"
#include "alerts/model/history_event.h"
#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts {

/// An alert that a stage held back.
struct HeldAlert {
  Alert alert;
  HistoryKind how = HistoryKind::kSilenced;
  std::vector<std::string> by;  ///< Ids of silences, fingerprints, names of time intervals.
};

/// Another receiver, told of what nobody has acknowledged in time.
struct EscalationLevel {
  Duration after{};  ///< Since the alert could first be told to the route's own receiver.
  std::string receiver;

  bool operator==(const EscalationLevel&) const = default;
};

/// One group whose time has come: what dispatch hands to the pipeline, with everything that the
/// stages ask of its route.
struct GroupFlush {
  std::string group_key;  ///< `{route key}:{group labels}`, stable over restarts.
  std::string receiver;
  LabelSet group_labels;
  LabelSet route_labels;
  std::vector<Alert> alerts;  ///< Firing ones first, each part sorted by labels. Never empty.
  TimePoint at;
  Duration repeat_interval{};
  std::vector<std::string> mute_time_intervals;
  std::vector<std::string> active_time_intervals;

  std::string group_id = {};                   ///< As the key, but unique among routes.
  std::vector<EscalationLevel> escalate = {};  ///< In the order of `after`.
  bool only_escalate = false;                  ///< It is not the turn of the route's own receiver.
  bool acknowledged = false;                   ///< All that fires is: it is not repeated.
  std::string news_reason = {};                ///< Why it is told first, if not as usual.
  std::vector<HeldAlert> held = {};            ///< What the stages took away.
};

/// What became of a flush. Resolved alerts stay in their group until it is settled.
enum class FlushResult {
  kSettled,  ///< Everybody knows, or nobody is to know.
  kWaiting,  ///< An integration has not delivered yet: ask again at the next flush.
};

/// What a flush came to.
struct FlushOutcome {
  // NOLINTNEXTLINE(google-explicit-constructor): most flushes escalate nothing.
  FlushOutcome(FlushResult what, std::optional<TimePoint> next = std::nullopt)
      : result(what), escalate_at(next) {}

  FlushResult result;
  std::optional<TimePoint> escalate_at;  ///< When the next receiver is to be told.
};

}  // namespace sidewatch::alerts
