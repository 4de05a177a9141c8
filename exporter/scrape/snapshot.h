#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/metric.h"

namespace sidewatch::scrape {

/// What one run found. Immutable once published; /metrics and the API read it while the next run
/// goes on.
struct Snapshot {
  std::vector<MetricFamily> families;  ///< Sorted by name, with the target's own labels.
  TimePoint at;                        ///< When the run was due.
  TimePoint since;                     ///< Since which run it is as up, or as down, as now.
  double seconds = 0;                  ///< How long it took.
  std::optional<Error> error;          ///< Why the target counts as down.

  bool up() const { return !error.has_value(); }
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace sidewatch::scrape
