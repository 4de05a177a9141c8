#include "exporter/cron/read_schedule.h"

#include <stdexcept>
#include <string>

#include <date/tz.h>
#include <fmt/format.h>

namespace sidewatch::cron {
namespace {

/// The machine's zone; containers often have none, which means UTC.
const date::time_zone* MachineZone() {
  try {
    return date::current_zone();
  } catch (const std::runtime_error&) {
    return date::locate_zone("Etc/UTC");
  }
}

}  // namespace

const date::time_zone* ReadZone(config::MapReader& target) {
  std::string name;
  try {
    return target.Read("timezone", name) ? date::locate_zone(name == "UTC" ? "Etc/UTC" : name)
                                         : MachineZone();
  } catch (const std::runtime_error&) {
    target.ErrorAt("timezone",
                   fmt::format("unknown time zone \"{}\": expected a name of the IANA time zone "
                               "database, such as Europe/Berlin, installed under "
                               "/usr/share/zoneinfo",
                               name));
    return nullptr;
  }
}

std::optional<Schedule> ReadSchedule(config::MapReader& target, const date::time_zone* zone) {
  std::string text;
  if (!target.Read("schedule", text) || zone == nullptr) {
    return std::nullopt;
  }
  Result<Schedule> schedule = Schedule::Parse(text);
  if (!schedule) {
    target.ErrorAt("schedule", schedule.error().message);
    return std::nullopt;
  }
  constexpr TimePoint kAnyTime = FromUnixMillis(1'700'000'000'000);
  if (!schedule->NextAfter(kAnyTime, *zone)) {
    target.ErrorAt("schedule", fmt::format("\"{}\" never comes: there is no such day", text));
    return std::nullopt;
  }
  return *schedule;
}

}  // namespace sidewatch::cron
