#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "alerts/dispatch/dispatcher.h"
#include "alerts/model/flush.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts {

/// Keeps the timers of groups over restarts. Threads: one at a time.
class TimerStore {
 public:
  TimerStore() = default;
  TimerStore(const TimerStore&) = delete;
  TimerStore& operator=(const TimerStore&) = delete;
  virtual ~TimerStore() = default;

  virtual Result<GroupTimerMap> Load() = 0;
  virtual Status Save(std::string_view group_id, TimePoint next_flush) = 0;
  virtual Status Delete(std::string_view group_id) = 0;
};

/// Flushes the groups of a Dispatcher when they are due, once Ready() was called.
///
/// Threads: Put, Ready and Wake from any; RunOnce and Wait from one. Lifetime: the arguments
/// outlive it.
class DispatchLoop {
 public:
  using FlushFn = std::function<FlushOutcome(const GroupFlush&)>;

  DispatchLoop(
      Dispatcher& dispatcher, const Clock& clock, TimerStore& store, FlushFn flush, Logger log);

  /// Flushes what is due now and gives when to come again; nothing: not before a Wake.
  std::optional<TimePoint> RunOnce();

  /// Waits until `next`, a Wake or the stop.
  void Wait(const std::stop_token& stop, std::optional<TimePoint> next);

  /// From now on groups are flushed: every rule was evaluated once, so that neither a firing nor a
  /// resolved alert, nor what inhibits it, is unknown.
  void Ready();

  void Wake() { waker_.Wake(); }

 private:
  void SaveNewTimers(const Dispatcher::Due& due);
  void SaveTimers();
  void Save(const std::string& id, TimePoint next_flush);

  Dispatcher& dispatcher_;
  const Clock& clock_;
  TimerStore& store_;
  FlushFn flush_;
  Logger log_;
  Waker waker_;
  std::atomic<bool> ready_ = false;
  GroupTimerMap saved_;  // What the store holds.
};

}  // namespace sidewatch::alerts
