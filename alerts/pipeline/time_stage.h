#pragma once

#include "alerts/mute/time_interval.h"
#include "alerts/pipeline/metrics.h"
#include "alerts/pipeline/stage.h"

namespace sidewatch::alerts {

/// Takes away all alerts of a group whose route is muted now, or has active times and this is none.
///
/// Lifetime: the arguments outlive it.
class TimeStage final : public Stage {
 public:
  TimeStage(const TimeIntervals& intervals, PipelineMetrics& metrics)
      : intervals_(intervals), metrics_(metrics) {}

  void Run(GroupFlush& flush) const override;

 private:
  const TimeIntervals& intervals_;
  PipelineMetrics& metrics_;
};

}  // namespace sidewatch::alerts
