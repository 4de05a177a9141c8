#pragma once

#include <string>

#include "alerts/receivers/pagerduty/pagerduty_config.h"

namespace sidewatch::alerts {

/// The event for a notification: `trigger` while anything fires, else `resolve`. PagerDuty knows
/// the incident by the SHA-256 of the group's key, so a repeated event makes no second one.
///
/// `key` is the routing key, or with `v1` the service key. Details too large for PagerDuty tell of
/// the first alerts only and how many more there are.
std::string BuildPagerdutyEvent(const PagerdutyConfig& config,
                                const ReceiverDeps& deps,
                                const Notification& notification,
                                const std::string& key,
                                bool v1);

}  // namespace sidewatch::alerts
