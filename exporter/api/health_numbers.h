#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/scrape/scrape_manager.h"

namespace sidewatch::api {

/// The samples of one metric in the last runs of all targets of a kind.
std::vector<const MetricSample*> SamplesOf(const std::vector<scrape::TargetStatus>& targets,
                                           std::string_view kind,
                                           std::string_view metric);

/// The file system with the smallest share that is free.
struct DiskSpace {
  std::string mount_point;
  double free_percent = 0;
};

/// Of file systems that can fill: writable, of some size, not an image. Nothing: none is known.
std::optional<DiskSpace> FullestDisk(const std::vector<scrape::TargetStatus>& targets);

/// The share of memory that is available, of the host that has the least. Nothing: none is known.
std::optional<double> MemoryAvailablePercent(const std::vector<scrape::TargetStatus>& targets);

/// Notifications that wait for a receiver that has refused some.
double StuckNotifications(const std::vector<scrape::TargetStatus>& targets);

}  // namespace sidewatch::api
