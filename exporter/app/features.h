#pragma once

#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/promql/engine.h"

namespace sidewatch::app {

/// Switches on what --enable-feature names, as Prometheus names it. Errors: kInvalidArgument,
/// naming those that exist.
Status EnableFeatures(const std::vector<std::string>& names, promql::EngineOptions& options);

}  // namespace sidewatch::app
