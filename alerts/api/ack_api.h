#pragma once

#include "alerts/mute/acknowledgements.h"
#include "alerts/notifier/notifier.h"
#include "exporter/base/clock.h"
#include "exporter/net/router.h"

namespace sidewatch::alerts {

/// Lifetime: all that is referred to outlives the server.
struct AckApiDeps {
  const Clock& clock;
  const Notifier& notifier;
  Acknowledgements& acknowledgements;
};

/// Adds POST /api/v1/alerts/ack and /api/v1/alerts/unack, which take
/// `{"fingerprints": ["…"], "matchers": ["alertname=Disk"], "by": "ann", "comment": "on it"}` (one
/// of the first two) and answer which firing alerts they meant; and GET /api/v1/alerts/acks.
void RegisterAckApi(net::Router& router, const AckApiDeps& deps);

}  // namespace sidewatch::alerts
