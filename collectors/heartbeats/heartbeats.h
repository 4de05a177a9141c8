#pragma once

#include <string_view>

#include "exporter/scrape/collector.h"

namespace sidewatch::heartbeats {

/// Jobs that tell by HTTP that they ran: cron jobs, backups, imports. Each entry is one job.
///
/// Keys: `name` (required, part of the URL), `every` or `schedule` and `timezone`, `grace`.
extern const scrape::CollectorSpec kHeartbeatsSpec;

/// The kind of kHeartbeatsSpec, also before it is linked.
inline constexpr std::string_view kKind = "heartbeats";

}  // namespace sidewatch::heartbeats
