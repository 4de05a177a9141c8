#include "alerts/pipeline/time_stage.h"

namespace sidewatch::alerts {

void TimeStage::Run(GroupFlush& flush) const {
  const bool inactive = !flush.active_time_intervals.empty() &&
                        intervals_.Holding(flush.active_time_intervals, flush.at).empty();
  const bool muted = !intervals_.Holding(flush.mute_time_intervals, flush.at).empty();
  if (inactive || muted) {
    metrics_.Suppressed(inactive ? "active_time_interval" : "mute_time_interval",
                        flush.alerts.size());
    flush.alerts.clear();
  }
}

}  // namespace sidewatch::alerts
