#pragma once

#include <memory>
#include <string>

#include <prometheus/collectable.h>

#include "exporter/scrape/collector.h"
#include "exporter/scrape/target.h"

namespace sidewatch::scrape {

/// The program's own kind, always on and not in the config file: whatever its rooms registered, and
/// the process' own numbers under the names that every Prometheus client library uses.
extern const CollectorSpec kSelfSpec;

/// The program as a target. `metrics` outlives it; `instance` is what the label says.
Target MakeSelfTarget(std::shared_ptr<prometheus::Collectable> metrics,
                      std::string instance,
                      const TargetDefaults& defaults);

}  // namespace sidewatch::scrape
