#pragma once

#include <vector>

#include "collectors/application/job_limits.h"
#include "exporter/config/node.h"
#include "exporter/scrape/target.h"

namespace sidewatch::application {

/// Reads `scrape_configs:` as prometheus.yml has it, with static_configs and file_sd_configs,
/// relabel_configs and metric_relabel_configs, limits and the keys of an HTTP client. What is not
/// supported is refused by name and place.
std::vector<scrape::Target> ReadScrapeConfigs(const config::Node& list,
                                              const scrape::TargetDefaults& defaults,
                                              const JobLimits& default_limits,
                                              config::Diagnostics& diagnostics);

}  // namespace sidewatch::application
