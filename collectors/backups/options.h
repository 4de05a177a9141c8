#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/backups/path_pattern.h"
#include "exporter/config/reader.h"
#include "exporter/cron/schedule.h"

namespace sidewatch::backups {

/// One of the files that a backup consists of.
struct FileSet {
  std::string file;  ///< The label; empty if the path has no alternatives.
  PathPattern pattern;
};

/// What the configuration says about one target.
struct Options {
  std::string name;  ///< The label `backup`.
  std::vector<FileSet> sets;
  std::optional<cron::Schedule> schedule;
  const date::time_zone* zone = nullptr;  ///< Never null once read. Lifetime: the program's.
  Duration grace = std::chrono::hours(2);
  std::optional<Duration> max_age;
  std::uint64_t min_size = 0;
  std::optional<double> max_shrink;         ///< 0.5: half of the median may be gone.
  std::optional<Duration> keep_for;         ///< How far back the oldest should reach.
  std::optional<std::uint64_t> keep_files;  ///< How many there should be.
  bool verify = true;
};

/// Reads the target's keys; mistakes go to the reader's diagnostics.
Options ReadOptions(config::MapReader& target);

}  // namespace sidewatch::backups
