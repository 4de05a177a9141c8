#pragma once

#include <string>
#include <string_view>

#include "alerts/model/notification.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/trend_text.h"
#include "alerts/receivers/slack/slack_config.h"

namespace sidewatch::alerts {

/// The JSON that Slack's incoming webhooks take: one attachment.
///
/// What the configuration does not say is our own message: colour and emoji by severity, what,
/// where, since when and the value of each alert, fields for service and environment. A template
/// that fails is replaced by ours, with a line that says so: the news is worth more than its form.
/// `trends` are those of the notification's alerts.
Json BuildSlackMessage(const SlackConfig& config,
                       const ReceiverDeps& deps,
                       const Notification& notification,
                       const Trends& trends);

/// Whether the message says how values moved.
bool ShowsTrends(const SlackConfig& config);

/// Escapes `&`, `<` and `>`, Slack's control characters.
std::string EscapeSlack(std::string_view text);

}  // namespace sidewatch::alerts
