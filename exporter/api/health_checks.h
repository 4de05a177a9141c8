#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/api/health.h"
#include "exporter/base/clock.h"
#include "exporter/scrape/scrape_manager.h"

namespace sidewatch::api {

/// From best to worst.
enum class Health { kHealthy, kDegraded, kUnhealthy };

/// `healthy`, `degraded`, `unhealthy`.
std::string_view HealthName(Health health);

/// How a label `severity` counts: `critical`, `page` and their like are unhealthy, `info` and
/// `none` are healthy, everything else is degraded.
Health HealthOfSeverity(std::string_view severity);

/// What one check found.
struct CheckResult {
  std::string_view name;
  Health status = Health::kHealthy;
  std::string message;
  std::optional<TimePoint> since = std::nullopt;     ///< Since when it is so, if that is known.
  std::optional<TimePoint> last_run = std::nullopt;  ///< When its targets were last asked.
};

/// All that checks look at, as of one moment.
struct HealthView {
  std::vector<scrape::TargetStatus> targets = {};
  HealthRules rules = {};
  std::string storage_error = {};
};

/// The checks that have something to look at, in a fixed order.
std::vector<CheckResult> RunChecks(const HealthView& view);

/// The worst of them.
Health Overall(const std::vector<CheckResult>& checks);

}  // namespace sidewatch::api
