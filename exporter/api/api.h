#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "exporter/api/query_gate.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/net/router.h"
#include "exporter/promql/engine.h"
#include "exporter/promql/prepared_queries.h"
#include "exporter/scrape/scrape_manager.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::api {

/// What /api/v1/status/buildinfo says. Grafana chooses its features by `version`.
struct BuildInfo {
  std::string version = "3.14.0";
  std::string revision = {};
  std::string branch = {};
  std::string build_user = {};
  std::string build_date = {};
};

/// How the last reading of the configuration went.
struct ReloadState {
  bool successful = true;
  TimePoint at;
};

/// What only the store itself knows.
struct HeadFacts {
  std::int64_t chunks = 0;
  TimePoint oldest;
  TimePoint newest;
};

using CollectedTargets = std::vector<std::pair<scrape::TargetConfig, scrape::SnapshotPtr>>;

/// Where the targets' numbers come from; made of a ScrapeManager by TargetsOf().
struct Targets {
  std::function<std::vector<scrape::SnapshotPtr>()> snapshots;
  std::function<std::vector<scrape::TargetStatus>()> statuses;
  std::function<CollectedTargets(const std::vector<std::string>& kinds,
                                 const std::stop_token& stop)>
      collect_now;
};

/// `manager` outlives the result.
Targets TargetsOf(const scrape::ScrapeManager& manager);

/// Everything that the handlers ask. References outlive the server; functions are called from its
/// threads, several at once.
struct ApiDeps {
  const Clock& clock;
  const storage::Queryable& storage;
  Targets targets;
  Logger log = {};
  promql::EngineOptions engine = {};
  std::shared_ptr<QueryGate> gate = {};  ///< Absent: any number of queries is evaluated at once.
  std::shared_ptr<promql::PreparedQueries> queries = {};  ///< Absent: each is parsed anew.
  BuildInfo build = {};
  TimePoint started_at = {};
  std::stop_token stop = {};  ///< Ends queries when the program stops.
  std::string retention = {};

  std::function<bool()> ready = [] {
    return true;
  };
  std::function<std::string()> config_yaml = [] {
    return std::string();
  };  ///< Secrets masked.
  std::function<std::map<std::string, std::string>()> flags = [] {
    return std::map<std::string, std::string>();
  };
  std::function<ReloadState()> reload_state = [] {
    return ReloadState();
  };
  std::function<HeadFacts()> head_facts = [] {
    return HeadFacts();
  };
  std::function<std::vector<std::string>()> alertmanagers = [] {
    return std::vector<std::string>();
  };
  std::function<Status()> reload = {};  ///< POST /-/reload; absent: it answers 403.
};

/// Adds Prometheus' HTTP API v1 (all but rules and alerts), `/metrics` and the `/-/` endpoints.
void RegisterApi(net::Router& router, ApiDeps deps);

}  // namespace sidewatch::api
