#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/config/node.h"

namespace date {
class time_zone;
}  // namespace date

namespace sidewatch::alerts {

/// Both ends belong to it.
struct IntRange {
  int begin = 0;
  int end = 0;
};

/// Times of one zone. Every field that is given must hold; a field holds if one of its ranges does.
struct TimeInterval {
  std::vector<IntRange> minutes;        ///< Of the day; the end is the last minute inside.
  std::vector<IntRange> weekdays;       ///< Sunday is 0.
  std::vector<IntRange> days_of_month;  ///< Negative ones count from the month's end.
  std::vector<IntRange> months;
  std::vector<IntRange> years;
  const date::time_zone* zone = nullptr;  ///< Null: UTC. Lifetime: the program's.

  bool Contains(TimePoint at) const;
};

/// Reads one interval: `times`, `weekdays`, `days_of_month`, `months`, `years`, `location`.
void ReadValue(const config::Node& node, config::Diagnostics& diagnostics, TimeInterval& out);

/// The named intervals of an alertmanager.yml. Immutable. Threads: safe.
class TimeIntervals {
 public:
  /// Reads the values of `time_intervals:` and of `mute_time_intervals:`, its old name. Either may
  /// be null.
  static TimeIntervals Read(const config::Node& intervals,
                            const config::Node& mute_intervals,
                            config::Diagnostics& diagnostics);

  std::set<std::string, std::less<>> Names() const;

  /// Those of `names` that hold at `at`.
  std::vector<std::string> Holding(std::span<const std::string> names, TimePoint at) const;

 private:
  void ReadList(const config::Node& node, std::string_view kind, config::Diagnostics& diagnostics);

  std::map<std::string, std::vector<TimeInterval>, std::less<>> by_name_;
};

}  // namespace sidewatch::alerts
