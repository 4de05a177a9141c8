#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `telegram_configs`: a message of a Telegram bot.
extern const ReceiverSpec kTelegramSpec;

}  // namespace sidewatch::alerts
