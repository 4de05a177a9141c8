#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `discord_configs`: an embed posted to a Discord webhook.
extern const ReceiverSpec kDiscordSpec;

}  // namespace sidewatch::alerts
