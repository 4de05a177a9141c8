#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "exporter/model/metric.h"

namespace sidewatch::scrape {

/// Turns what a prometheus::Collectable gives into our families: histograms and summaries become
/// their `_bucket`,
/// `_sum` and `_count` samples.
std::vector<MetricFamily> FromPrometheus(const std::vector<prometheus::MetricFamily>& families);

}  // namespace sidewatch::scrape
