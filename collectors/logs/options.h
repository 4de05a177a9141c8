#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collectors/logs/formats.h"
#include "collectors/logs/sets.h"
#include "collectors/logs/user_metric.h"
#include "exporter/config/reader.h"

namespace sidewatch::logs {

/// Where reading begins in files that are there when their pattern is first used.
enum class From { kEnd, kStart };

/// What the configuration says about one target.
struct Options {
  std::vector<std::string> files;  ///< Paths and globs.
  From from = From::kEnd;
  const Format* format = nullptr;  ///< Null: found out from each file's first lines.
  std::vector<const LogSet*> sets;
  SetOptions set_options;
  std::vector<UserMetric> metrics;
  std::size_t max_line_bytes = 64 * 1024;
  std::size_t max_files = 1000;
  std::size_t max_series = 1000;  ///< Of each metric of a set.
};

/// Reads the target's keys; mistakes go to the reader's diagnostics.
Options ReadOptions(config::MapReader& target);

}  // namespace sidewatch::logs
