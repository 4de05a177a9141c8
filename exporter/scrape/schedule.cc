#include "exporter/scrape/schedule.h"

#include <algorithm>

namespace sidewatch::scrape {

Duration ScheduleOffset(std::string_view kind, std::string_view name, Duration interval) {
  // FNV-1a: std::hash may change with the library, and the place should not.
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::string_view text : {kind, name}) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
  }
  return Duration(static_cast<Duration::rep>(hash % static_cast<std::uint64_t>(interval.count())));
}

TimePoint NextDue(TimePoint now, Duration interval, Duration offset) {
  const std::int64_t since = ToUnixMillis(now) - offset.count();
  const std::int64_t step = interval.count();
  const std::int64_t passed = since >= 0 ? since / step : (since - step + 1) / step;
  return FromUnixMillis((passed + 1) * step + offset.count());
}

TimePoint RunTimestamp(TimePoint due, TimePoint started, Duration interval) {
  const Duration tolerance = std::min(Duration(20), interval / 100);
  return std::chrono::abs(started - due) <= tolerance ? due : started;
}

}  // namespace sidewatch::scrape
