#pragma once

#include <functional>
#include <span>
#include <string>

#include "alerts/model/alert.h"
#include "alerts/mute/silences.h"
#include "alerts/notifier/notifier.h"
#include "exporter/base/clock.h"
#include "exporter/net/router.h"

namespace sidewatch::alerts {

/// What Alertmanager's API is made of. Lifetime: all that is referred to outlives the server.
struct AlertmanagerApiDeps {
  const Clock& clock;
  const Notifier& notifier;
  Silences& silences;

  /// Takes alerts that were posted.
  std::function<void(std::span<const Alert>)> put;

  /// The notifications' configuration as YAML, secrets masked. Called from the server's threads.
  std::function<std::string()> config_yaml;

  TimePoint started_at;
  std::string version;
  std::string revision;
};

/// Adds /api/v2: status, receivers, alerts, alerts/groups, silences and silence/{id}, as
/// Alertmanager answers them. What goes further: POST silences takes `matcherSets` (a list of lists
/// of matchers) besides `matchers`; DELETE takes `by` and `comment` for the audit trail; and
/// GET /api/v1/silences shows all silences with theirs.
void RegisterAlertmanagerApi(net::Router& router, const AlertmanagerApiDeps& deps);

}  // namespace sidewatch::alerts
