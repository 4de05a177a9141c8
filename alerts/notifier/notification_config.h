#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alerts/dispatch/route.h"
#include "alerts/mute/inhibitor.h"
#include "alerts/mute/time_interval.h"
#include "alerts/pipeline/receiver_reader.h"
#include "alerts/receivers/common/deps.h"
#include "exporter/config/node.h"

namespace sidewatch::alerts {

/// Makes the renderer of a configuration from the files (globs) that its `templates:` name.
using RendererFactory =
    std::function<Result<std::shared_ptr<const Renderer>>(const std::vector<std::string>& files)>;

/// What reading a configuration takes.
struct NotificationConfigDeps {
  std::span<const ReceiverSpec* const> receivers;
  ReceiverDeps receiver_deps;  ///< Its renderer is set from `make_renderer`.
  RendererFactory make_renderer = {};
};

/// An alertmanager.yml, read and checked, each part by the room that uses it.
struct NotificationConfig {
  LabelSet external_labels;  ///< Added to alerts that do not have them; not from the file.
  Duration resolve_timeout = std::chrono::minutes(5);
  std::shared_ptr<const RouteTree> routes;
  TimeIntervals time_intervals;
  std::vector<InhibitRule> inhibit_rules;
  ReceiverConfigs receivers;
};

/// Reads a whole file's tree. The result is of use only if nothing was added to `diagnostics`.
std::unique_ptr<NotificationConfig> ReadNotificationConfig(const config::Node& node,
                                                           const NotificationConfigDeps& deps,
                                                           config::Diagnostics& diagnostics);

}  // namespace sidewatch::alerts
