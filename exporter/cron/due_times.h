#pragma once

#include <optional>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/cron/schedule.h"

namespace sidewatch::cron {

/// Where a job that should come at certain times stands.
enum class State {
  kOk,      ///< It came for the last due time.
  kDue,     ///< In the first half of its grace, or at work.
  kLate,    ///< In the second half.
  kMissed,  ///< Its grace is over.
};

/// The names of the states, in their order.
inline constexpr std::string_view kStateNames[] = {"ok", "due", "late", "missed"};

/// The state of a job that has not come since it was due `waited` ago. `working`: it has begun.
State StateAfter(Duration waited, Duration grace, bool working);

/// The times of a schedule around now, kept until the next of them comes.
class DueTimes {
 public:
  /// The last one until `now`. Nothing: no time has come yet.
  std::optional<TimePoint> Last(const Schedule& schedule,
                                const date::time_zone& zone,
                                TimePoint now);

  /// The first one after the `now` of the last call.
  std::optional<TimePoint> next() const { return next_; }

 private:
  std::optional<TimePoint> asked_;
  std::optional<TimePoint> last_;
  std::optional<TimePoint> next_;
};

}  // namespace sidewatch::cron
