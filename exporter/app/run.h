#pragma once

#include "exporter/app/flags.h"
#include "exporter/base/result.h"

namespace sidewatch::app {

/// Runs the program until SIGTERM or SIGINT; SIGHUP reloads. Errors: why it could not start.
Status Run(const RunFlags& flags);

}  // namespace sidewatch::app
