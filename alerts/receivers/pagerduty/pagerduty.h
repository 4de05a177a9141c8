#pragma once

#include "alerts/pipeline/receiver.h"

namespace sidewatch::alerts {

/// `pagerduty_configs`: events for PagerDuty's Events API v2, or v1 with a service key.
extern const ReceiverSpec kPagerdutySpec;

}  // namespace sidewatch::alerts
