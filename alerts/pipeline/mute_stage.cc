#include "alerts/pipeline/mute_stage.h"

#include <string>
#include <utility>
#include <vector>

namespace sidewatch::alerts {

void MuteStage::Run(GroupFlush& flush) const {
  const auto how = ParseHistoryKind(muter_.reason());
  const auto muted = std::erase_if(flush.alerts, [&](const Alert& alert) {
    std::vector<std::string> by = muter_.MutedBy(alert, flush.at);
    const bool held = !by.empty();
    if (held && how) {
      flush.held.push_back({alert, *how, std::move(by)});
    }
    return held;
  });
  metrics_.Suppressed(muter_.reason(), muted);
}

}  // namespace sidewatch::alerts
