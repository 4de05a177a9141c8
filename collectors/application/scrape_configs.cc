#include "collectors/application/scrape_configs.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "collectors/application/page_collector.h"
#include "exporter/config/reader.h"
#include "exporter/net/http_message.h"

namespace sidewatch::application {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

/// What all targets of one job share.
struct Job {
  scrape::TargetConfig config;
  std::string scheme = "http";
  std::string path = "/metrics";
  std::string query;
  net::HttpClientOptions http;
};

/// `targets` and their labels.
struct StaticConfig {
  std::vector<std::string> targets;
  std::map<std::string, std::string> labels;
};

std::string ReadParams(MapReader& map) {
  const auto node = map.Get("params");
  std::string query;
  if (!node || node->is_null()) {
    return query;
  }
  for (const auto& [name, values] : node->entries()) {
    std::vector<std::string> texts;
    config::ReadValue(values, map.diagnostics(), texts);
    for (const std::string& text : texts) {
      query += fmt::format(
          "{}{}={}", query.empty() ? "?" : "&", net::EncodeUrl(name.text()), net::EncodeUrl(text));
    }
  }
  return query;
}

void ReadTiming(MapReader& map,
                const scrape::TargetDefaults& defaults,
                scrape::TargetConfig& config) {
  config.interval = defaults.interval;
  config.timeout = defaults.timeout;
  map.Read("scrape_interval", config.interval);
  const bool own_timeout = map.Read("scrape_timeout", config.timeout);
  if (config.interval <= Duration(0)) {
    map.ErrorAt("scrape_interval", "scrape_interval must be longer than 0");
  }
  if (!own_timeout) {
    config.timeout = std::min(config.timeout, config.interval);
  } else if (config.timeout <= Duration(0) || config.timeout > config.interval) {
    map.ErrorAt("scrape_timeout",
                "scrape_timeout must be longer than 0 and not longer than scrape_interval");
  }
}

Job ReadJob(MapReader& map, const scrape::TargetDefaults& defaults) {
  Job job;
  job.config.kind = kApplicationSpec.kind;
  map.Require("job_name", job.config.job);
  ReadTiming(map, defaults, job.config);
  map.Read("scheme", job.scheme);
  if (job.scheme != "http" && job.scheme != "https") {
    map.ErrorAt("scheme", fmt::format("scheme must be http or https, not \"{}\"", job.scheme));
  }
  map.Read("metrics_path", job.path);
  job.query = ReadParams(map);
  map.Read("honor_labels", job.config.honor_labels);
  map.Read("honor_timestamps", job.config.honor_timestamps);
  net::ReadHttpClientOptions(map, job.http);
  return job;
}

StaticConfig ReadStaticConfig(const Node& node, Diagnostics& diagnostics) {
  StaticConfig config;
  MapReader map(node, diagnostics);
  map.Require("targets", config.targets);
  map.Read("labels", config.labels);
  for (const auto& [name, value] : config.labels) {
    if (!IsValidName(name) || name == kMetricName) {
      map.ErrorAt("labels", fmt::format("\"{}\" is not a valid label name", name));
    }
  }
  return config;
}

/// The address with the scheme's port if it has none, which is what the label `instance` shows.
std::string WithPort(const std::string& address, const std::string& scheme) {
  const std::size_t colon = address.rfind(':');
  const bool has_port = colon != std::string::npos && address.find(']', colon) == std::string::npos;
  return has_port ? address : address + (scheme == "https" ? ":443" : ":80");
}

scrape::Target MakeTarget(const Job& job, const StaticConfig& group, const std::string& address) {
  scrape::Target target;
  target.spec = &kApplicationSpec;
  target.config = job.config;
  LabelSetBuilder labels;
  for (const auto& [name, value] : group.labels) {
    labels.Set(name, value);
  }
  target.config.labels = labels.Build();
  target.config.instance = WithPort(address, job.scheme);
  target.config.name = job.config.job + "/" + target.config.instance;
  target.config.url =
      fmt::format("{}://{}{}{}", job.scheme, target.config.instance, job.path, job.query);
  target.collector = MakePageCollector(
      {.url = target.config.url, .instance = target.config.instance, .http = job.http});
  return target;
}

}  // namespace

std::vector<scrape::Target> ReadScrapeConfigs(const Node& list,
                                              const scrape::TargetDefaults& defaults,
                                              Diagnostics& diagnostics) {
  std::vector<scrape::Target> targets;
  if (!config::ExpectList(list, diagnostics)) {
    return targets;
  }
  std::set<std::string> jobs;
  for (const Node& node : list.items()) {
    MapReader map(node, diagnostics);
    const Job job = ReadJob(map, defaults);
    if (!jobs.insert(job.config.job).second) {
      map.ErrorAt(
          "job_name",
          fmt::format("found multiple scrape configs with job name \"{}\"", job.config.job));
    }
    const Node groups = map.Get("static_configs").value_or(Node());
    if (!config::ExpectList(groups, diagnostics)) {
      continue;
    }
    for (const Node& group_node : groups.items()) {
      const StaticConfig group = ReadStaticConfig(group_node, diagnostics);
      for (const std::string& address : group.targets) {
        targets.push_back(MakeTarget(job, group, address));
        targets.back().config.fingerprint = config::Fingerprint(node);
      }
    }
  }
  return targets;
}

}  // namespace sidewatch::application
