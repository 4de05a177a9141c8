#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `slack_configs`: incoming webhooks, and bots that post with a token.
extern const ReceiverSpec kSlackSpec;

}  // namespace sidewatch::alerts
