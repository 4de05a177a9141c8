#pragma once

#include <vector>

#include "exporter/config/node.h"
#include "exporter/scrape/target.h"

namespace sidewatch::application {

/// Reads `scrape_configs:` as prometheus.yml has it: job_name, static_configs, scrape_interval,
/// scrape_timeout, metrics_path, scheme, params, honor_labels, honor_timestamps and the keys of an
/// HTTP client. What is not supported is refused by name.
std::vector<scrape::Target> ReadScrapeConfigs(const config::Node& list,
                                              const scrape::TargetDefaults& defaults,
                                              config::Diagnostics& diagnostics);

}  // namespace sidewatch::application
