#include "alerts/notifier/generation.h"

#include <utility>

namespace sidewatch::alerts {

Generation::Generation(std::unique_ptr<NotificationConfig> read,
                       const std::vector<const Muter*>& muters,
                       const IntegrationDeps& deps)
    : external_labels(std::move(read->external_labels)),
      resolve_timeout(read->resolve_timeout),
      receivers(std::move(read->receivers.ordered_names)),
      routes(std::move(read->routes)),
      inhibitor(std::move(read->inhibit_rules)),
      intervals(std::move(read->time_intervals)),
      inhibit_stage(inhibitor, deps.metrics),
      time_stage(intervals, deps.metrics),
      pipeline(Stages(muters, deps.metrics), std::move(read->receivers.integrations), deps) {}

/// In Alertmanager's order: inhibition, times, silences.
std::vector<const Stage*> Generation::Stages(const std::vector<const Muter*>& muters,
                                             PipelineMetrics& metrics) {
  std::vector<const Stage*> stages = {&inhibit_stage, &time_stage};
  for (const Muter* muter : muters) {
    mute_stages.push_back(std::make_unique<MuteStage>(*muter, metrics));
    stages.push_back(mute_stages.back().get());
  }
  return stages;
}

void Generation::AddLabels(std::vector<Alert>& alerts) const {
  if (external_labels.empty()) {
    return;
  }
  for (Alert& alert : alerts) {
    LabelSetBuilder labels(alert.labels);
    for (const Label label : external_labels) {
      if (!alert.labels.Has(label.name)) {
        labels.Set(label.name, label.value);
      }
    }
    alert.labels = labels.Build();
  }
}

}  // namespace sidewatch::alerts
