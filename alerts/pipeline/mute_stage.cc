#include "alerts/pipeline/mute_stage.h"

#include <vector>

namespace sidewatch::alerts {

void MuteStage::Run(GroupFlush& flush) const {
  const auto muted = std::erase_if(
      flush.alerts, [&](const Alert& alert) { return !muter_.MutedBy(alert, flush.at).empty(); });
  metrics_.Suppressed(muter_.reason(), muted);
}

}  // namespace sidewatch::alerts
