#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `alertmanager_configs`: the alerts themselves, to the API v2 of other Alertmanagers.
extern const ReceiverSpec kAlertmanagerSpec;

}  // namespace sidewatch::alerts
