#include "alerts/dispatch/dispatch_loop.h"

#include <algorithm>
#include <utility>

namespace sidewatch::alerts {
namespace {

// Timers are wall-clock times; a clock that was set is noticed within this.
constexpr Duration kLongestWait = std::chrono::seconds(30);

}  // namespace

DispatchLoop::DispatchLoop(
    Dispatcher& dispatcher, const Clock& clock, TimerStore& store, FlushFn flush, Logger log)
    : dispatcher_(dispatcher),
      clock_(clock),
      store_(store),
      flush_(std::move(flush)),
      log_(std::move(log)) {
  Result<GroupTimerMap> timers = store_.Load();
  if (!timers) {
    log_.Warn("group timers could not be read, groups wait anew",
              {{"error", timers.error().message}});
    return;
  }
  saved_ = *timers;
  dispatcher_.RestoreTimers(*std::move(timers));
}

void DispatchLoop::Ready() {
  ready_ = true;
  waker_.Wake();
}

void DispatchLoop::Wait(const std::stop_token& stop, std::optional<TimePoint> next) {
  const Duration wait = next ? *next - clock_.Now() : kLongestWait;
  waker_.WaitUntil(stop, clock_.Steady() + std::clamp(wait, Duration::zero(), kLongestWait));
}

std::optional<TimePoint> DispatchLoop::RunOnce() {
  if (!ready_) {
    return std::nullopt;
  }
  Dispatcher::Due due = dispatcher_.Tick(clock_.Now());
  SaveNewTimers(due);
  for (const Dispatcher::Flush& flush : due.flushes) {
    const FlushOutcome outcome = flush_(flush.group);
    if (outcome.result == FlushResult::kSettled) {
      dispatcher_.Settle(flush);
    }
    if (outcome.escalate_at) {
      dispatcher_.SetEscalation(flush, outcome.escalate_at);
      due.next = std::min(due.next.value_or(*outcome.escalate_at), *outcome.escalate_at);
    }
  }
  SaveTimers();
  return due.next;
}

// A group is on record before anybody hears of it: after a crash it is known that its end is to be
// told. Its time stays the one that is due, so that it is flushed again after the crash.
void DispatchLoop::SaveNewTimers(const Dispatcher::Due& due) {
  for (const Dispatcher::Flush& flush : due.flushes) {
    if (!saved_.contains(flush.group_id)) {
      Save(flush.group_id, flush.group.at);
    }
  }
}

void DispatchLoop::SaveTimers() {
  const GroupTimerMap timers = dispatcher_.Timers();
  for (const auto& [id, next_flush] : timers) {
    const auto saved = saved_.find(id);
    if (saved == saved_.end() || saved->second != next_flush) {
      Save(id, next_flush);
    }
  }
  for (auto saved = saved_.begin(); saved != saved_.end();) {
    if (timers.contains(saved->first) || !store_.Delete(saved->first)) {
      ++saved;
    } else {
      saved = saved_.erase(saved);
    }
  }
}

void DispatchLoop::Save(const std::string& id, TimePoint next_flush) {
  const Status status = store_.Save(id, next_flush);
  if (status) {
    saved_.insert_or_assign(id, next_flush);
  } else {
    log_.Warn("group timer could not be saved, tried again at the next flush",
              {{"group", id}, {"error", status.error().message}});
  }
}

}  // namespace sidewatch::alerts
