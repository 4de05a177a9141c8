#pragma once

#include <span>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "exporter/base/result.h"
#include "exporter/model/metric.h"

namespace sidewatch::scrape {

/// The program's own numbers about one target. Those that are null have nothing to say yet: a
/// target that was not tried is neither up nor down.
struct TargetMetrics {
  prometheus::Counter* runs = nullptr;
  prometheus::Histogram* duration = nullptr;
  prometheus::Gauge* up = nullptr;
  prometheus::Gauge* last_success = nullptr;
};

/// The program's own numbers about collecting. Threads: safe.
class ScrapeMetrics {
 public:
  /// `registry` outlives it.
  explicit ScrapeMetrics(prometheus::Registry& registry);

  /// Everything that it may show.
  static std::span<const MetricDescriptor> Rows();

  TargetMetrics Add(const std::string& kind, const std::string& target);
  void Remove(const TargetMetrics& metrics);

  /// Sets whether the target is up, and if it is, when that was (Unix seconds).
  void SetUp(TargetMetrics& metrics,
             const std::string& kind,
             const std::string& target,
             bool up,
             double at);

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
