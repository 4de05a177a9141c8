#pragma once

#include "alerts/api/ack_links.h"
#include "alerts/mute/acknowledgements.h"
#include "alerts/notifier/notifier.h"
#include "exporter/base/clock.h"
#include "exporter/net/router.h"

namespace sidewatch::alerts {

/// Lifetime: all that is referred to outlives the server.
struct AckPageDeps {
  const Clock& clock;
  const Notifier& notifier;
  Acknowledgements& acknowledgements;
  const AckLinks& links;
};

/// Adds GET /ack, where the links in messages lead: which alerts of the group fire and a form that
/// asks for a name; and POST /ack, which acknowledges those that the form has shown. Looking alone
/// changes nothing: mail scanners and chat programs follow links by themselves. Works without
/// JavaScript, and without the password of the web configuration.
void RegisterAckPage(net::Router& router, const AckPageDeps& deps);

}  // namespace sidewatch::alerts
