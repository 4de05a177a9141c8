#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alerts/model/alert.h"
#include "exporter/base/clock.h"

namespace sidewatch::alerts {

/// How the value behind an alert moved until it was told.
struct Trend {
  /// The end of the line that an alert's expression draws: `> 90`.
  struct Limit {
    std::string op;
    double value = 0;
  };

  std::vector<double> values;  ///< Oldest first, evenly spaced over `span`; NaN: there was none.
  Duration span{};
  std::optional<Limit> limit;  ///< Nothing: the expression compares with no constant.
};

/// Gives the trend of an alert up to a time, or nothing if it cannot be had soon. May be called
/// from several threads.
using TrendFn = std::function<std::optional<Trend>(const Alert& alert, TimePoint until)>;

}  // namespace sidewatch::alerts
