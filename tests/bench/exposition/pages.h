#pragma once

#include <cstddef>
#include <vector>

#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// What a web application with its database and host shows: gauges, counters with a few labels and
/// histograms, `series` samples in all. The same at every call.
std::vector<MetricFamily> MakeFamilies(std::size_t series);

std::vector<const MetricFamily*> PointersTo(const std::vector<MetricFamily>& families);

}  // namespace sidewatch::exposition
