#pragma once

#include <string>

#include "exporter/base/result.h"

namespace sidewatch::app {

/// Reads a config file, its rule files and its notifications as `run` would, and starts nothing.
/// Errors: kInvalidArgument with every mistake, a line each.
Status CheckConfig(const std::string& path);

}  // namespace sidewatch::app
