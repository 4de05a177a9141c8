#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/base/clock.h"

namespace sidewatch::scrape {

/// A fixed place inside `interval`, from a hash of the target's kind and name, so that targets are
/// spread and a restart does not move them.
Duration ScheduleOffset(std::string_view kind, std::string_view name, Duration interval);

/// The first time after `now` that is a whole number of intervals plus `offset` from the epoch.
TimePoint NextDue(TimePoint now, Duration interval, Duration offset);

/// The timestamp of a run that was due at `due` and started at `started`: `due` if it is near
/// enough, so that timestamps stay exactly one interval apart and compress to nothing.
TimePoint RunTimestamp(TimePoint due, TimePoint started, Duration interval);

}  // namespace sidewatch::scrape
