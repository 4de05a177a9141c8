#include "exporter/cron/due_times.h"

namespace sidewatch::cron {

State StateAfter(Duration waited, Duration grace, bool working) {
  if (waited >= grace) {
    return State::kMissed;
  }
  return working || waited < grace / 2 ? State::kDue : State::kLate;
}

std::optional<TimePoint> DueTimes::Last(const Schedule& schedule,
                                        const date::time_zone& zone,
                                        TimePoint now) {
  const bool known = asked_ && *asked_ <= now && (!next_ || now < *next_);
  if (!known) {
    last_ = schedule.LastUntil(now, zone);
    next_ = schedule.NextAfter(now, zone);
  }
  asked_ = now;
  return last_;
}

}  // namespace sidewatch::cron
