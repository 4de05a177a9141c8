#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/net/router.h"
#include "exporter/scrape/scrape_manager.h"

namespace sidewatch::api {

/// A firing alert, as far as the health endpoints show it.
struct HealthAlert {
  std::string name;
  std::string severity;  ///< The label `severity`; may be empty.
  std::string job;       ///< The label `job`, which leads to the check it belongs to; may be empty.
  std::string summary;   ///< May be empty.
  TimePoint since;
};

/// What the rules say.
struct HealthRules {
  std::size_t rules = 0;
  std::size_t pending = 0;
  std::vector<HealthAlert> firing = {};
  std::vector<std::string> broken = {};  ///< `rule: error` of those whose evaluation fails.
};

/// What the health endpoints ask. Functions are called from the server's threads, several at once.
struct HealthDeps {
  const Clock& clock;
  std::string version;
  TimePoint started_at;
  std::function<bool()> ready;
  std::function<std::vector<scrape::TargetStatus>()> targets;
  std::function<HealthRules()> rules;
  std::function<std::string()> storage_error;  ///< Why samples are in memory only; empty: durable.
  std::function<std::vector<std::pair<std::string, double>>()> numbers;  ///< Shown as `metrics`.
};

/// Adds `/health`, `/health/detailed`, `/health/live`, `/health/ready` and `/health/startup`.
///
/// All are answered from what was collected last: no request touches a database. 200 means healthy
/// or degraded, 503 unhealthy (not ready, not started).
void RegisterHealth(net::Router& router, HealthDeps deps);

}  // namespace sidewatch::api
