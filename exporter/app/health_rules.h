#pragma once

#include <memory>
#include <vector>

#include "alerts/rules/rule_group.h"
#include "exporter/api/health.h"

namespace sidewatch::app {

/// What the health endpoints show of rule groups.
api::HealthRules HealthRulesOf(
    const std::vector<std::shared_ptr<const alerts::rules::GroupView>>& groups);

}  // namespace sidewatch::app
