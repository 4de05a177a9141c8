#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "exporter/base/clock.h"
#include "exporter/model/metric.h"

namespace prometheus {
class Registry;
}  // namespace prometheus

namespace sidewatch::alerts {

/// The series of one integration. Threads: safe. Lifetime: those of the registry.
struct IntegrationMetrics {
  prometheus::Counter& attempts;
  prometheus::Histogram& latency;
  prometheus::Gauge& pending;
};

/// What the pipeline tells about itself. Threads: safe. Lifetime: the registry outlives it.
class PipelineMetrics {
 public:
  explicit PipelineMetrics(prometheus::Registry& registry);

  /// Everything that it may show.
  static std::span<const MetricDescriptor> Rows();

  IntegrationMetrics ForIntegration(std::string_view kind, const std::string& receiver);

  /// Counts an attempt that failed; `reason` is `unavailable`, `refused`, `expired`, `removed`.
  void Failed(std::string_view kind, const std::string& receiver, std::string_view reason);

  /// Counts alerts that were held back.
  void Suppressed(std::string_view reason, std::size_t alerts);

 private:
  prometheus::Family<prometheus::Counter>& notifications_;
  prometheus::Family<prometheus::Counter>& failed_;
  prometheus::Family<prometheus::Histogram>& latency_;
  prometheus::Family<prometheus::Gauge>& pending_;
  prometheus::Family<prometheus::Counter>& suppressed_;
};

}  // namespace sidewatch::alerts
