#include "exporter/scrape/target.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace sidewatch::scrape {
namespace {

LabelSet ReadLabels(config::MapReader& map) {
  std::map<std::string, std::string> labels;
  map.Read("labels", labels);
  LabelSetBuilder builder;
  for (const auto& [name, value] : labels) {
    if (!IsValidName(name) || name == kMetricName) {
      map.ErrorAt("labels", fmt::format("\"{}\" is not a valid label name", name));
    }
    builder.Set(name, value);
  }
  return builder.Build();
}

void ReadTiming(config::MapReader& map, const TargetDefaults& defaults, TargetConfig& config) {
  config.interval = defaults.interval;
  config.timeout = defaults.timeout;
  map.Read("interval", config.interval);
  const bool own_timeout = map.Read("timeout", config.timeout);
  if (config.interval <= Duration(0)) {
    map.ErrorAt("interval", "interval must be longer than 0");
  }
  if (!own_timeout) {
    config.timeout = std::min(config.timeout, config.interval);
  } else if (config.timeout <= Duration(0) || config.timeout > config.interval) {
    map.ErrorAt("timeout", "timeout must be longer than 0 and not longer than the interval");
  }
}

}  // namespace

std::optional<Target> ReadTarget(const TargetEntry& entry,
                                 const TargetDefaults& defaults,
                                 const CollectorDeps& deps,
                                 config::Diagnostics& diagnostics) {
  const auto& [spec, node, index] = entry;
  const std::size_t errors = diagnostics.errors().size();
  Target target;
  target.spec = &spec;
  TargetConfig& config = target.config;
  config::MapReader map(node, diagnostics);
  config.kind = spec.kind;
  config.name = index == 0 ? std::string(spec.kind) : fmt::format("{}-{}", spec.kind, index + 1);
  config.job = spec.default_job;
  config.reports_its_run = spec.reports_its_run;
  map.Read("name", config.name);
  map.Read("job", config.job);
  config.labels = ReadLabels(map);
  ReadTiming(map, defaults, config);
  const bool own_instance = map.Read("instance", config.instance);
  CollectorDeps own = deps;
  own.target = config.name;
  target.collector = spec.create(map, own);
  map.Finish();
  if (!target.collector || diagnostics.errors().size() != errors) {
    return std::nullopt;
  }
  if (!own_instance) {
    config.instance = target.collector->Instance();
  }
  config.fingerprint = config::Fingerprint(node);
  return target;
}

void TellApart(std::vector<Target>& targets) {
  std::unordered_map<LabelSet, std::vector<TargetConfig*>, LabelSetHash> same;
  for (Target& target : targets) {
    same[StoredLabels(target.config).target()].push_back(&target.config);
  }
  for (const auto& [labels, configs] : same) {
    if (configs.size() == 1) {
      continue;
    }
    for (TargetConfig* const config : configs) {
      config->labels = LabelSetBuilder(config->labels).Set("target", config->name).Build();
    }
  }
}

void CheckNames(const std::vector<Target>& targets, config::Diagnostics& diagnostics) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Target& target : targets) {
    if (!seen.emplace(target.config.kind, target.config.name).second) {
      diagnostics.Error(
          fmt::format("collectors: two targets of kind {} are named \"{}\", give each its own name",
                      target.config.kind,
                      target.config.name));
    }
  }
}

}  // namespace sidewatch::scrape
