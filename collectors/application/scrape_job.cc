#include "collectors/application/scrape_job.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "collectors/application/scrape_protocols.h"
#include "exporter/relabel/relabel_reader.h"

namespace sidewatch::application {
namespace {

using config::MapReader;
using config::Node;

/// A key of prometheus.yml that is known but not served.
struct RefusedKey {
  std::string_view key;
  std::string_view served;  ///< The one value that is; empty: none.
  std::string_view advice;
};

constexpr std::array kRefusedKeys = {
    RefusedKey{"scrape_failure_log_file", "", "failures are in the program's own log"},
    RefusedKey{"scrape_native_histograms", "false", "histograms are read with their buckets"},
    RefusedKey{"convert_classic_histograms_to_nhcb", "false", "histograms keep their buckets"},
    RefusedKey{"metric_name_validation_scheme", "utf8", "names may be any UTF-8"},
    RefusedKey{"metric_name_escaping_scheme", "allow-utf-8", "names are taken as they are"},
    RefusedKey{"extra_scrape_metrics", "false", "/metrics shows the program's own numbers"},
};

// Without native histograms, and without a list of dropped targets, there is nothing that they
// could change.
constexpr std::string_view kWithoutEffect[] = {
    "always_scrape_classic_histograms",
    "scrape_classic_histograms",
    "native_histogram_bucket_limit",
    "native_histogram_min_bucket_factor",
    "keep_dropped_targets",
};

constexpr std::string_view kDiscovery = "_sd_configs";

QueryParams ReadParams(MapReader& map) {
  QueryParams params;
  for (const auto& [name, values] : map.Get("params").value_or(Node()).entries()) {
    config::ReadValue(values, map.diagnostics(), params[name.text()]);
  }
  return params;
}

void ReadTiming(MapReader& map, const scrape::TargetDefaults& defaults, Job& job) {
  job.interval = defaults.interval;
  job.timeout = defaults.timeout;
  map.Read("scrape_interval", job.interval);
  const bool own_timeout = map.Read("scrape_timeout", job.timeout);
  if (job.interval <= Duration(0)) {
    map.ErrorAt("scrape_interval", "scrape_interval must be longer than 0");
  }
  if (!own_timeout) {
    job.timeout = std::min(job.timeout, job.interval);
  } else if (job.timeout <= Duration(0) || job.timeout > job.interval) {
    map.ErrorAt("scrape_timeout",
                "scrape_timeout must be longer than 0 and not longer than scrape_interval");
  }
}

void ReadSampleRules(MapReader& map, const JobLimits& limits, Job& job) {
  auto rules = std::make_shared<scrape::SampleRules>();
  map.Read("metric_relabel_configs", rules->relabel);
  rules->sample_limit = static_cast<std::size_t>(limits.sample_limit);
  rules->label_limit = static_cast<std::size_t>(limits.label_limit);
  rules->label_name_length_limit = static_cast<std::size_t>(limits.label_name_length_limit);
  rules->label_value_length_limit = static_cast<std::size_t>(limits.label_value_length_limit);
  map.Read("track_timestamps_staleness", rules->track_timestamps_staleness);
  const bool any = !rules->relabel.empty() || rules->sample_limit > 0 || rules->label_limit > 0 ||
                   rules->label_name_length_limit > 0 || rules->label_value_length_limit > 0 ||
                   rules->track_timestamps_staleness;
  if (any) {
    job.sample_rules = std::move(rules);
  }
}

void ReadProtocols(MapReader& map, PageOptions& page) {
  std::vector<std::string> protocols;
  map.Read("scrape_protocols", protocols);
  const Result<std::string> accept = AcceptHeader(protocols);
  if (accept) {
    page.accept = *accept;
  } else {
    map.ErrorAt("scrape_protocols", accept.error().message);
  }
  std::string fallback;
  if (!map.Read("fallback_scrape_protocol", fallback)) {
    return;
  }
  const Result<std::string> type = MediaTypeOf(fallback);
  if (type) {
    page.fallback_type = *type;
  } else {
    map.ErrorAt("fallback_scrape_protocol", type.error().message);
  }
}

void ReadPage(MapReader& map, Job& job) {
  map.Read("scheme", job.scheme);
  if (job.scheme != "http" && job.scheme != "https") {
    map.ErrorAt("scheme", fmt::format("scheme must be http or https, not \"{}\"", job.scheme));
  }
  map.Read("metrics_path", job.path);
  job.params = ReadParams(map);
  ReadProtocols(map, job.page);
  map.Read("enable_compression", job.page.compression);
  net::ReadHttpClientOptions(map, job.page.http);
}

}  // namespace

void RefuseUnsupported(MapReader& map) {
  for (const auto& [key, value] : map.node().entries()) {
    const std::string& name = key.text();
    if (name.ends_with(kDiscovery) && name != "file_sd_configs") {
      map.Ignore({name});
      map.diagnostics().Error(
          key.position(),
          fmt::format("{} is not supported: list the targets under static_configs or "
                      "file_sd_configs",
                      name));
    }
    const auto row = std::ranges::find(kRefusedKeys, name, &RefusedKey::key);
    if (row == kRefusedKeys.end()) {
      continue;
    }
    map.Ignore({name});
    const bool served = value.is_scalar() && !row->served.empty() && value.text() == row->served;
    if (!served && !value.is_null()) {
      map.diagnostics().Error(key.position(),
                              fmt::format("{} is not supported: {}", name, row->advice));
    }
  }
  for (const std::string_view key : kWithoutEffect) {
    map.Ignore({key});
  }
}

Job ReadJob(MapReader& map,
            const scrape::TargetDefaults& defaults,
            const JobLimits& default_limits) {
  Job job;
  RefuseUnsupported(map);
  map.Require("job_name", job.name);
  ReadTiming(map, defaults, job);
  ReadPage(map, job);
  map.Read("honor_labels", job.honor_labels);
  map.Read("honor_timestamps", job.honor_timestamps);
  job.page.keeps_empty_labels = job.honor_labels;
  const JobLimits limits = ReadJobLimits(map, default_limits);
  ReadSampleRules(map, limits, job);
  map.Read("relabel_configs", job.relabel);
  job.target_limit = limits.target_limit;
  job.page.body_size_limit = limits.body_size_limit;
  // A changed default is a change of each job that takes it.
  job.fingerprint = config::Fingerprint(map.node()) ^ Fingerprint(limits);
  return job;
}

}  // namespace sidewatch::application
