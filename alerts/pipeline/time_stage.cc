#include "alerts/pipeline/time_stage.h"

#include <string>
#include <vector>

namespace sidewatch::alerts {

void TimeStage::Run(GroupFlush& flush) const {
  const bool inactive = !flush.active_time_intervals.empty() &&
                        intervals_.Holding(flush.active_time_intervals, flush.at).empty();
  const std::vector<std::string> muting = intervals_.Holding(flush.mute_time_intervals, flush.at);
  if (inactive || !muting.empty()) {
    for (const Alert& alert : flush.alerts) {
      flush.held.push_back(
          {alert, HistoryKind::kMuted, inactive ? flush.active_time_intervals : muting});
    }
    metrics_.Suppressed(inactive ? "active_time_interval" : "mute_time_interval",
                        flush.alerts.size());
    flush.alerts.clear();
  }
}

}  // namespace sidewatch::alerts
