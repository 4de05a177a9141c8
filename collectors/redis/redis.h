#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::redis {

/// Redis, Valkey and KeyDB over their own protocol, as redis_exporter shows them.
///
/// Keys: `url` (redis://, rediss://, a unix socket's path), `username`, `password` or
/// `password_file`, `tls_config`.
extern const scrape::CollectorSpec kRedisSpec;

}  // namespace sidewatch::redis
