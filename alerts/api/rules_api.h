#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "alerts/rules/rule_group.h"
#include "exporter/net/router.h"

namespace sidewatch::alerts {

/// Gives all groups as they stand. Called from the server's threads.
using RuleGroupsFn = std::function<std::vector<std::shared_ptr<const rules::GroupView>>()>;

/// Adds /api/v1/rules and /api/v1/alerts, as Prometheus answers them.
void RegisterRulesApi(net::Router& router, const RuleGroupsFn& groups);

}  // namespace sidewatch::alerts
