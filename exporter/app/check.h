#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <prometheus/registry.h>

#include "exporter/app/check_report.h"
#include "exporter/app/load.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/promql/engine.h"
#include "exporter/scrape/scrape_manager.h"
#include "exporter/scrape/scrape_metrics.h"
#include "exporter/tsdb/head.h"

namespace sidewatch::app {

/// One look at everything: every collector once, then every rule once over what they found. All in
/// memory: state.db is not touched and nobody is notified.
class CheckSession {
 public:
  /// Reads the configuration as `run` does. Errors: every mistake, a line each. `clock` outlives
  /// it.
  static Result<std::unique_ptr<CheckSession>> Create(const std::string& config_file,
                                                      const Clock& clock);

  /// `progress` is called about once a second with the targets that are waited for.
  CheckReport Run(const std::function<void(const std::vector<std::string>&)>& progress);

  /// False if a collector hangs: then the process must end without destroying this object.
  bool Stop() { return scrapes_.Stop(); }

 private:
  CheckSession(const Clock& clock, LoadedConfig loaded);

  void Collect(const std::function<void(const std::vector<std::string>&)>& progress);
  void Evaluate(CheckReport& report);

  const Clock& clock_;
  LoadedConfig loaded_;
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  scrape::ScrapeMetrics metrics_;
  tsdb::Head head_;
  promql::Engine engine_;
  scrape::ScrapeManager scrapes_;
};

}  // namespace sidewatch::app
