#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alerts/dispatch/route.h"
#include "alerts/mute/inhibitor.h"
#include "alerts/mute/muter.h"
#include "alerts/mute/time_interval.h"
#include "alerts/notifier/notification_config.h"
#include "alerts/pipeline/mute_stage.h"
#include "alerts/pipeline/pipeline.h"
#include "alerts/pipeline/time_stage.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts {

/// What one configuration makes; replaced as a whole. Lifetime: muters and all that `deps` names
/// outlive it.
struct Generation {
  Generation(std::unique_ptr<NotificationConfig> read,
             const std::vector<const Muter*>& muters,
             const IntegrationDeps& deps);

  /// Adds the external labels that an alert does not have itself.
  void AddLabels(std::vector<Alert>& alerts) const;

  const LabelSet external_labels;
  const Duration resolve_timeout;
  const std::vector<std::string> receivers;
  const std::shared_ptr<const RouteTree> routes;
  Inhibitor inhibitor;
  const TimeIntervals intervals;
  const MuteStage inhibit_stage;
  const TimeStage time_stage;
  std::vector<std::unique_ptr<MuteStage>> mute_stages;
  Pipeline pipeline;

 private:
  std::vector<const Stage*> Stages(const std::vector<const Muter*>& muters,
                                   PipelineMetrics& metrics);
};

}  // namespace sidewatch::alerts
