#include "exporter/app/config_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "alerts/notifier/own_keys.h"
#include "collectors/application/scrape_job.h"
#include "exporter/base/glob.h"
#include "exporter/config/reader.h"
#include "exporter/config/yaml_writer.h"

namespace sidewatch::app {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

void ReadExternalLabels(MapReader& map, LabelSet& out) {
  std::map<std::string, std::string> labels;
  if (!map.Read("external_labels", labels)) {
    return;
  }
  LabelSetBuilder builder;
  for (const auto& [name, value] : labels) {
    if (!IsValidName(name) || name == kMetricName) {
      map.ErrorAt("external_labels", fmt::format("\"{}\" is not a valid label name", name));
    }
    builder.Set(name, value);
  }
  out = builder.Build();
}

void ReadPositive(MapReader& map, std::string_view key, Duration& out) {
  map.Read(key, out);
  if (out <= Duration(0)) {
    map.ErrorAt(key, fmt::format("{} must be longer than 0", key));
  }
}

void ReadGrafanaUrl(MapReader& map, std::string& out) {
  if (!map.Read("grafana_url", out)) {
    return;
  }
  if (!out.starts_with("http://") && !out.starts_with("https://")) {
    map.ErrorAt("grafana_url", "grafana_url must start with http:// or https://");
  }
  while (out.ends_with('/')) {
    out.pop_back();
  }
}

GlobalConfig ReadGlobal(const Node& node, Diagnostics& diagnostics) {
  GlobalConfig global;
  MapReader map(node, diagnostics);
  ReadPositive(map, "scrape_interval", global.scrape_interval);
  global.scrape_timeout = std::min(global.scrape_timeout, global.scrape_interval);
  ReadPositive(map, "scrape_timeout", global.scrape_timeout);
  if (global.scrape_timeout > global.scrape_interval) {
    map.ErrorAt("scrape_timeout", "scrape_timeout must not be longer than scrape_interval");
  }
  ReadPositive(map, "evaluation_interval", global.evaluation_interval);
  map.Read("rule_query_offset", global.rule_query_offset);
  ReadExternalLabels(map, global.external_labels);
  ReadGrafanaUrl(map, global.grafana_url);
  global.limits = application::ReadJobLimits(map, {});
  application::RefuseUnsupported(map);
  return global;
}

StorageConfig ReadStorage(const Node& node, Diagnostics& diagnostics) {
  StorageConfig storage;
  MapReader map(node, diagnostics);
  map.Read("retention", storage.retention);
  map.Read("max_series", storage.max_series);
  if (storage.max_series <= 0) {
    map.ErrorAt("max_series", "max_series must be above 0");
  }
  map.Read("out_of_order_window", storage.out_of_order_window);
  config::ByteSize max_bytes;
  map.Read("max_bytes", max_bytes);
  storage.max_bytes = max_bytes.bytes;
  return storage;
}

std::vector<TargetNode> ReadTargets(const Node& node,
                                    const std::vector<std::string>& kinds,
                                    Diagnostics& diagnostics) {
  std::vector<TargetNode> targets;
  MapReader map(node, diagnostics);
  for (const std::string& kind : kinds) {
    const auto list = map.Get(kind);
    if (!list || !config::ExpectList(*list, diagnostics)) {
      continue;
    }
    for (const Node& target : list->items()) {
      targets.push_back({kind, target});
    }
  }
  return targets;
}

std::string Resolve(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : (std::filesystem::path(folder) / path).string();
}

/// A pattern that matches nothing is fine, a plain name that is not there is a mistake.
std::vector<std::string> ReadRuleFiles(MapReader& map, const std::string& folder) {
  std::vector<std::string> patterns;
  std::vector<std::string> files;
  map.Read("rule_files", patterns);
  for (const std::string& pattern : patterns) {
    const std::string path = Resolve(folder, pattern);
    const std::vector<std::string> matches = Glob(path);
    if (matches.empty() && path.find_first_of("*?[") == std::string::npos) {
      map.ErrorAt("rule_files", fmt::format("rule file {} does not exist", path));
    }
    files.insert(files.end(), matches.begin(), matches.end());
  }
  std::ranges::sort(files);
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::optional<Node> ReadNotifications(MapReader& map, const std::string& folder) {
  const std::optional<Node> inline_node = map.Get("notifications");
  std::string path;
  const bool has_file = map.Read("notifications_file", path);
  if (!has_file) {
    return inline_node;
  }
  if (inline_node) {
    map.ErrorAt("notifications_file",
                "at most one of notifications & notifications_file must be configured");
  }
  // An alertmanager.yml is used as it is: `$` means nothing in it.
  return config::LoadYaml(Resolve(folder, path), config::ExpandEnv::kNo, map.diagnostics());
}

/// What a prometheus.yml may hold and nothing here does.
struct RefusedKey {
  std::string_view key;
  std::string_view advice;
};

constexpr std::array kRefusedKeys = {
    RefusedKey{"alerting",
               "notifications: sends by itself, to other Alertmanagers by alertmanager_configs"},
    RefusedKey{"otlp",
               "let the collector offer its metrics as a page and name it in scrape_configs"},
    RefusedKey{"remote_read", "samples are in state.db, see storage.retention"},
    RefusedKey{"remote_write", "let a Prometheus scrape /metrics, which may write on"},
    RefusedKey{"scrape_config_files", "put the jobs under scrape_configs"},
    RefusedKey{"tracing", "see the log, by --log.level"},
};

void RefuseUnsupported(MapReader& map) {
  for (const auto& [key, value] : map.node().entries()) {
    const auto* const row = std::ranges::find(kRefusedKeys, key.text(), &RefusedKey::key);
    if (row == kRefusedKeys.end()) {
      continue;
    }
    map.Ignore({row->key});
    if (!value.is_null()) {
      map.diagnostics().Error(key.position(),
                              fmt::format("{} is not supported: {}", row->key, row->advice));
    }
  }
}

}  // namespace

AppConfig ReadAppConfig(const std::string& text,
                        const std::string& name,
                        const std::string& folder,
                        const std::vector<std::string>& kinds,
                        Diagnostics& diagnostics) {
  AppConfig app;
  const auto root = config::ParseYaml(text, name, config::ExpandEnv::kYes, diagnostics);
  if (!root) {
    return app;
  }
  MapReader map(*root, diagnostics);
  RefuseUnsupported(map);
  app.global = ReadGlobal(map.Get("global").value_or(Node()), diagnostics);
  app.storage = ReadStorage(map.Get("storage").value_or(Node()), diagnostics);
  app.targets = ReadTargets(map.Get("collectors").value_or(Node()), kinds, diagnostics);
  app.scrape_configs = map.Get("scrape_configs").value_or(Node());
  app.probe = map.Get("probe").value_or(Node());
  app.rule_files = ReadRuleFiles(map, folder);
  app.library = map.Get("library").value_or(Node());
  app.notifications = ReadNotifications(map, folder);
  app.shown = config::WriteMaskedYaml(*root);
  if (app.notifications) {
    app.shown_notifications = config::WriteMaskedYaml(*app.notifications, alerts::OwnKeys());
  }
  return app;
}

}  // namespace sidewatch::app
