#pragma once

#include "collectors/redis/check_options.h"
#include "collectors/redis/endpoint.h"
#include "exporter/config/reader.h"

namespace sidewatch::redis {

/// What the configuration says about one target.
struct Options {
  Endpoint endpoint;
  config::SecretSource password;  ///< Empty: the one of the URL.
  CheckOptions checks;
};

/// Reads the target's keys; mistakes go to the reader's diagnostics.
Options ReadOptions(config::MapReader& target);

}  // namespace sidewatch::redis
