#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::backups {

/// Backups that others make: whether the last one came, is whole, and has its usual size.
///
/// Keys: `path`, `schedule`, `timezone`, `grace`, `max_age`, `min_size`, `max_shrink`, `keep`,
/// `verify`; docs/collectors/backups.md.
extern const scrape::CollectorSpec kBackupsSpec;

}  // namespace sidewatch::backups
