#pragma once

#include <memory>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "exporter/model/metric.h"
#include "exporter/tsdb/head.h"

namespace sidewatch::app {

/// What the program says about itself: the registry of its rooms, and the numbers that the series
/// store keeps. Threads: safe.
class SelfMetrics final : public prometheus::Collectable {
 public:
  /// `head` outlives it.
  SelfMetrics(std::shared_ptr<prometheus::Registry> registry, const tsdb::Head& head);

  std::vector<prometheus::MetricFamily> Collect() const override;

  /// What this room shows, with ReloadMetrics.
  static std::vector<MetricDescriptor> Rows();

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  const tsdb::Head& head_;
};

/// The result of the last reading of the configuration, as metrics.
class ReloadMetrics {
 public:
  explicit ReloadMetrics(prometheus::Registry& registry);
  void Set(bool successful, double at_seconds);

 private:
  prometheus::Gauge& successful_;
  prometheus::Gauge& at_;
};

}  // namespace sidewatch::app
