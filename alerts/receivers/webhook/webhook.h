#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `webhook_configs`: Alertmanager's own JSON, or a payload of the user's, posted to a URL.
extern const ReceiverSpec kWebhookSpec;

}  // namespace sidewatch::alerts
