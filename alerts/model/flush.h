#pragma once

#include <string>
#include <vector>

#include "alerts/model/alert.h"
#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts {

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
};

/// What became of a flush. Resolved alerts stay in their group until it is settled.
enum class FlushResult {
  kSettled,  ///< Everybody knows, or nobody is to know.
  kWaiting,  ///< An integration has not delivered yet: ask again at the next flush.
};

}  // namespace sidewatch::alerts
