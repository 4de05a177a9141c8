#include "collectors/backups/judge.h"

#include <algorithm>

namespace sidewatch::backups {
namespace {

constexpr int kMaxDueTimesARun = 1000;

}  // namespace

bool Serves(const NamePeriod& period, TimePoint due) {
  return period.begin >= due || period.end > due;
}

Plan Judge(const Options& options,
           cron::DueTimes& times,
           const Ledger& ledger,
           TimePoint now,
           bool writing) {
  const auto due = times.Last(*options.schedule, *options.zone, now);
  Plan plan{.expected = due.value_or(now), .next = times.next()};
  const auto& success = ledger.last_success();
  if (!due || (success && Serves(success->period, *due))) {
    return plan;
  }
  plan.state = cron::StateAfter(now - *due, options.grace, writing);
  return plan;
}

void CountMissed(const Options& options,
                 const std::vector<NamePeriod>& good,
                 TimePoint now,
                 Ledger& ledger) {
  const cron::Schedule& schedule = *options.schedule;
  const date::time_zone& zone = *options.zone;
  // What was due before this program first looked is not its business, but for the last one.
  std::optional<TimePoint> due = ledger.judged() ? schedule.NextAfter(*ledger.judged(), zone)
                                                 : schedule.LastUntil(now - options.grace, zone);
  for (int i = 0; i < kMaxDueTimesARun && due && *due + options.grace <= now; ++i) {
    const auto next = schedule.NextAfter(*due, zone);
    const bool served = std::ranges::any_of(good, [&](const NamePeriod& period) {
      return Serves(period, *due) && (!next || period.begin < *next);
    });
    ledger.SetJudged(*due, !served);
    due = next;
  }
}

}  // namespace sidewatch::backups
