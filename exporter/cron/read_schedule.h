#pragma once

#include <optional>

#include "exporter/config/reader.h"
#include "exporter/cron/schedule.h"

namespace sidewatch::cron {

/// Reads the key `timezone`, the machine's zone unless given. Null after a mistake, which goes to
/// the reader's diagnostics. Lifetime: the program's.
const date::time_zone* ReadZone(config::MapReader& target);

/// Reads the key `schedule`. Nothing: it is not there, or wrong, which goes to the diagnostics.
std::optional<Schedule> ReadSchedule(config::MapReader& target, const date::time_zone* zone);

}  // namespace sidewatch::cron
