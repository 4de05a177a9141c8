#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::logs {

/// Follows log files and counts what their lines tell.
///
/// Keys: `files`, `from`, `format`, `sets`, `metrics`, `slow_threshold`, `duration_buckets`,
/// `max_line_bytes`, `max_files`, `max_series`; docs/collectors/logs.md.
extern const scrape::CollectorSpec kLogsSpec;

}  // namespace sidewatch::logs
