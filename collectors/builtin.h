#pragma once

#include <span>

#include "exporter/scrape/collector.h"

namespace sidewatch::collectors {

/// The one list of the collectors that are compiled in, by the keys under `collectors:`.
std::span<const scrape::CollectorSpec* const> BuiltinCollectors();

}  // namespace sidewatch::collectors
