#include "alerts/notifier/own_keys.h"

#include <array>

namespace sidewatch::alerts {
namespace {

constexpr std::array kOwnKeys = {
    config::KeyChange{"route", "escalate"},
    config::KeyChange{"routes", "escalate"},
    config::KeyChange{"receivers", "alertmanager_configs"},
    config::KeyChange{"", "send_resolved_when_muted"},
    config::KeyChange{"slack_configs", "graphs"},
    config::KeyChange{"email_configs", "graphs"},
    config::KeyChange{"discord_configs", "timeout"},
    config::KeyChange{"telegram_configs", "timeout"},
    config::KeyChange{"msteamsv2_configs", "timeout"},
    config::KeyChange{"slack_configs", "bot_token", "app_token"},
    config::KeyChange{"slack_configs", "bot_token_file", "app_token_file"},
    config::KeyChange{"global", "slack_bot_token", "slack_app_token"},
    config::KeyChange{"global", "slack_bot_token_file", "slack_app_token_file"},
};

}  // namespace

std::span<const config::KeyChange> OwnKeys() {
  return kOwnKeys;
}

}  // namespace sidewatch::alerts
