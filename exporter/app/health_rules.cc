#include "exporter/app/health_rules.h"

#include <fmt/format.h>

#include "alerts/model/alert.h"

namespace sidewatch::app {
namespace {

using alerts::rules::ActiveAlert;
using alerts::rules::AlertState;
using alerts::rules::RuleHealth;
using alerts::rules::RuleView;

void AddAlert(const ActiveAlert& alert, api::HealthRules& out) {
  if (alert.state != AlertState::kFiring) {
    out.pending += alert.state == AlertState::kPending ? 1 : 0;
    return;
  }
  out.firing.push_back({.name = std::string(alert.labels.Get(alerts::kAlertName)),
                        .severity = std::string(alert.labels.Get("severity")),
                        .job = std::string(alert.labels.Get("job")),
                        .summary = std::string(alert.annotations.Get("summary")),
                        .since = alert.fired_at.value_or(alert.active_at)});
}

}  // namespace

api::HealthRules HealthRulesOf(
    const std::vector<std::shared_ptr<const alerts::rules::GroupView>>& groups) {
  api::HealthRules out;
  for (const auto& group : groups) {
    for (const RuleView& rule : group->rules) {
      ++out.rules;
      if (rule.health == RuleHealth::kError) {
        out.broken.push_back(fmt::format("{}: {}", rule.config.name, rule.last_error));
      }
      for (const ActiveAlert& alert : rule.alerts) {
        AddAlert(alert, out);
      }
    }
  }
  return out;
}

}  // namespace sidewatch::app
