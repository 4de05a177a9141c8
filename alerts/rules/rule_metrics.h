#pragma once

#include <span>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "exporter/model/metric.h"

namespace sidewatch::alerts::rules {

/// What one group counts.
struct GroupMetrics {
  prometheus::Counter* evaluations;
  prometheus::Counter* failures;
  prometheus::Counter* iterations;
  prometheus::Counter* missed;
  prometheus::Histogram* duration;
  prometheus::Gauge* last_duration;
  prometheus::Gauge* last_evaluation;
  prometheus::Gauge* rules;
  prometheus::Gauge* interval;
};

/// The counters of rules, named as Prometheus names them.
class RuleMetrics {
 public:
  explicit RuleMetrics(prometheus::Registry& registry);

  /// Everything that it may show.
  static std::span<const MetricDescriptor> Rows();

  GroupMetrics Add(const std::string& group_key);
  void Remove(const GroupMetrics& metrics);

 private:
  prometheus::Family<prometheus::Counter>& evaluations_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Family<prometheus::Counter>& iterations_;
  prometheus::Family<prometheus::Counter>& missed_;
  prometheus::Family<prometheus::Histogram>& duration_;
  prometheus::Family<prometheus::Gauge>& last_duration_;
  prometheus::Family<prometheus::Gauge>& last_evaluation_;
  prometheus::Family<prometheus::Gauge>& rules_;
  prometheus::Family<prometheus::Gauge>& interval_;
};

}  // namespace sidewatch::alerts::rules
