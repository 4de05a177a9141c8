#include "alerts/receivers/builtin.h"

#include <array>

#include "alerts/receivers/alertmanager/alertmanager.h"
#include "alerts/receivers/discord/discord.h"
#include "alerts/receivers/email/email.h"
#include "alerts/receivers/msteamsv2/msteamsv2.h"
#include "alerts/receivers/pagerduty/pagerduty.h"
#include "alerts/receivers/slack/slack.h"
#include "alerts/receivers/telegram/telegram.h"
#include "alerts/receivers/webhook/webhook.h"

namespace sidewatch::alerts {

std::span<const ReceiverSpec* const> BuiltinReceivers() {
  static constexpr std::array<const ReceiverSpec*, 8> kSpecs = {
      &kSlackSpec,
      &kEmailSpec,
      &kWebhookSpec,
      &kAlertmanagerSpec,
      &kPagerdutySpec,
      &kDiscordSpec,
      &kTelegramSpec,
      &kMsteamsv2Spec,
  };
  return kSpecs;
}

}  // namespace sidewatch::alerts
