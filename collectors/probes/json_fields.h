#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/probes/options.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::probes {

/// Writes the fields that the page has. What it does not have gives no sample. Returns why the page
/// is not what was expected; empty: it is.
std::string WriteJsonFields(std::string_view page,
                            const std::vector<JsonField>& fields,
                            scrape::SampleSink& sink);

std::span<const MetricDescriptor> JsonMetrics();

}  // namespace sidewatch::probes
