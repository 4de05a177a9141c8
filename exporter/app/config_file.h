#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/application/job_limits.h"
#include "exporter/base/clock.h"
#include "exporter/config/diagnostics.h"
#include "exporter/config/node.h"
#include "exporter/model/label_set.h"

namespace sidewatch::app {

/// `global:`, as in prometheus.yml.
struct GlobalConfig {
  Duration scrape_interval = std::chrono::seconds(15);
  Duration scrape_timeout = std::chrono::seconds(10);  ///< Never over scrape_interval.
  Duration evaluation_interval = std::chrono::seconds(15);
  Duration rule_query_offset{0};
  LabelSet external_labels;
  std::string grafana_url =
      {};  ///< What annotation `dashboard_url` may start at; no slash at its end.
  application::JobLimits limits;  ///< Of scrape configs without their own.
};

/// `storage:`, the bounds of the series store.
struct StorageConfig {
  bool operator==(const StorageConfig&) const = default;

  Duration retention = std::chrono::hours(24);  ///< 0: nothing is ever forgotten.
  std::int64_t max_series = 50'000;
  Duration out_of_order_window{0};
  std::size_t max_bytes = 0;  ///< 0: as many as retention and series make.
};

/// One entry of a list under `collectors:`, not yet read by its collector.
struct TargetNode {
  std::string kind;
  config::Node node;
};

/// The config file with everything read that belongs to no room in particular; each room reads its
/// own node.
struct AppConfig {
  GlobalConfig global;
  StorageConfig storage;
  std::vector<TargetNode> targets;
  config::Node scrape_configs;
  config::Node probe;  ///< What /probe may do.
  std::vector<std::string>
      rule_files;        ///< Globs expanded, relative ones taken from the config file's folder.
  config::Node library;  ///< What is wanted of the shipped rules.
  std::optional<config::Node>
      notifications;  ///< alertmanager.yml's shape, in place or from notifications_file.
  std::string shown;  ///< YAML with secrets masked, for /api/v1/status/config.
  std::string shown_notifications = {};  ///< The same of `notifications` alone; empty without.
};

/// Reads `text`, named `name` in messages. `folder` is where relative paths start. `kinds` are the
/// collectors that exist. What is wrong goes to `diagnostics`; the result is then not to be used.
AppConfig ReadAppConfig(const std::string& text,
                        const std::string& name,
                        const std::string& folder,
                        const std::vector<std::string>& kinds,
                        config::Diagnostics& diagnostics);

}  // namespace sidewatch::app
