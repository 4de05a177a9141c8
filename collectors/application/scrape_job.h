#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "collectors/application/job_limits.h"
#include "collectors/application/page_collector.h"
#include "exporter/config/reader.h"
#include "exporter/relabel/relabel.h"
#include "exporter/scrape/target.h"

namespace sidewatch::application {

/// Query parameters by name, as Go's url.Values sorts them.
using QueryParams = std::map<std::string, std::vector<std::string>>;

/// One entry of `scrape_configs`: what all of its targets share.
struct Job {
  std::string name;
  Duration interval = Duration(0);
  Duration timeout = Duration(0);
  std::string scheme = "http";
  std::string path = "/metrics";
  QueryParams params;
  bool honor_labels = false;
  bool honor_timestamps = true;
  std::shared_ptr<const scrape::SampleRules> sample_rules;  ///< Null: none.
  relabel::Rules relabel;
  PageOptions page;  ///< Without what is each target's own.
  std::int64_t target_limit = 0;
  std::uint64_t fingerprint = 0;
};

/// Reads all keys of an entry but those that list targets.
Job ReadJob(config::MapReader& map,
            const scrape::TargetDefaults& defaults,
            const JobLimits& default_limits);

/// Names the keys that prometheus.yml knows and this program does not, at their places. For a
/// scrape config and for `global:`.
void RefuseUnsupported(config::MapReader& map);

}  // namespace sidewatch::application
