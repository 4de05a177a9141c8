#pragma once

#include <chrono>
#include <cstdint>

namespace sidewatch {

using Duration = std::chrono::milliseconds;

/// UTC in milliseconds, the resolution of every timestamp in the program.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// Monotonic time, for deadlines and for measuring.
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr TimePoint FromUnixMillis(std::int64_t millis) {
  return TimePoint(std::chrono::milliseconds(millis));
}

constexpr std::int64_t ToUnixMillis(TimePoint at) {
  return at.time_since_epoch().count();
}

constexpr double ToUnixSeconds(TimePoint at) {
  return static_cast<double>(ToUnixMillis(at)) / 1000.0;
}

/// Where the program gets the time from. Threads: safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual TimePoint Now() const = 0;
  virtual SteadyTime Steady() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  TimePoint Now() const override;
  SteadyTime Steady() const override;
};

}  // namespace sidewatch
