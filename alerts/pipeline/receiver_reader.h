#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/pipeline/receiver.h"
#include "exporter/base/clock.h"
#include "exporter/config/node.h"

namespace sidewatch::alerts {

/// One entry of a `*_configs` list.
struct IntegrationConfig {
  std::string name;  ///< `ops/slack[0]`: its key in the outbox and the notification log.
  std::string receiver;
  std::string_view kind;
  bool send_resolved = false;
  bool send_resolved_when_muted = true;  ///< Also the end of what was held back meanwhile.
  std::unique_ptr<Receiver> sender;
  Duration timeout{};           ///< Of one attempt; zero: the pipeline's.
  std::int64_t max_alerts = 0;  ///< How many a message shows at most; 0: as many as fit.
  std::string to = {};          ///< Whom it tells, as it is written: an address, a channel, a chat.
};

/// The value of `receivers:`.
struct ReceiverConfigs {
  std::set<std::string, std::less<>> names;     ///< Also of those without any integration.
  std::vector<std::string> ordered_names = {};  ///< The same, in the order of the file.
  std::vector<IntegrationConfig> integrations;
};

/// Reads `receivers:`. A kind that is not among `specs` is refused by its name.
ReceiverConfigs ReadReceivers(const config::Node& receivers,
                              const config::Node& global,
                              std::span<const ReceiverSpec* const> specs,
                              const ReceiverDeps& deps,
                              config::Diagnostics& diagnostics);

}  // namespace sidewatch::alerts
