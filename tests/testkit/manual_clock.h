#pragma once

#include <atomic>

#include "exporter/base/clock.h"

namespace sidewatch::testkit {

/// A clock that stands still until a test moves it. Threads: safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start = FromUnixMillis(1'700'000'000'000)) : start_(start) {}

  TimePoint Now() const override { return start_ + Duration(elapsed_.load()); }

  SteadyTime Steady() const override { return SteadyTime(Duration(elapsed_.load())); }

  void Advance(Duration by) { elapsed_ += by.count(); }

 private:
  TimePoint start_;
  std::atomic<Duration::rep> elapsed_{0};
};

}  // namespace sidewatch::testkit
