#pragma once

#include "alerts/mute/muter.h"
#include "alerts/pipeline/metrics.h"
#include "alerts/pipeline/stage.h"

namespace sidewatch::alerts {

/// Takes away the alerts that a muter (inhibitions, silences, acknowledgements) holds back.
///
/// The same class serves all of them: a muter names its own reason. Lifetime: the arguments outlive
/// it.
class MuteStage final : public Stage {
 public:
  MuteStage(const Muter& muter, PipelineMetrics& metrics) : muter_(muter), metrics_(metrics) {}

  void Run(GroupFlush& flush) const override;

 private:
  const Muter& muter_;
  PipelineMetrics& metrics_;
};

}  // namespace sidewatch::alerts
