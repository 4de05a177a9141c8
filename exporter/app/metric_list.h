#pragma once

#include <span>
#include <string>
#include <vector>

#include "exporter/scrape/collector.h"

namespace sidewatch::app {

/// Everything that is compiled in, with the program itself.
std::vector<const scrape::CollectorSpec*> AllSpecs();

/// Every metric of `specs` with type, labels, help and source, by kind and name.
std::string MetricTable(std::span<const scrape::CollectorSpec* const> specs);
std::string MetricJson(std::span<const scrape::CollectorSpec* const> specs);

/// The page docs/metrics.md.
std::string MetricMarkdown(std::span<const scrape::CollectorSpec* const> specs);

}  // namespace sidewatch::app
