#pragma once

#include <string>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "exporter/base/result.h"

namespace sidewatch::scrape {

/// The program's own numbers about one target.
struct TargetMetrics {
  prometheus::Counter* runs;
  prometheus::Histogram* duration;
  prometheus::Gauge* up;
  prometheus::Gauge* last_success;
};

/// The program's own numbers about collecting. Threads: safe.
class ScrapeMetrics {
 public:
  /// `registry` outlives it.
  explicit ScrapeMetrics(prometheus::Registry& registry);

  TargetMetrics Add(const std::string& kind, const std::string& target);
  void Remove(const TargetMetrics& metrics);

  void CountError(const std::string& kind, const std::string& target, ErrorCode code);
  void CountRefused(ErrorCode reason, std::size_t samples);

 private:
  prometheus::Family<prometheus::Counter>& runs_;
  prometheus::Family<prometheus::Counter>& errors_;
  prometheus::Family<prometheus::Histogram>& duration_;
  prometheus::Family<prometheus::Gauge>& up_;
  prometheus::Family<prometheus::Gauge>& last_success_;
  prometheus::Family<prometheus::Counter>& refused_;
};

}  // namespace sidewatch::scrape
