#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/logs/pattern.h"
#include "collectors/logs/series_table.h"
#include "exporter/config/reader.h"

namespace sidewatch::logs {

/// More captures than that are refused.
constexpr std::size_t kMostCaptures = 32;

/// A metric that the configuration defines by a regular expression.
struct UserMetric {
  std::string name;
  std::string help;
  SeriesShape shape;
  Pattern pattern;
  std::optional<std::size_t> value;  ///< The capture that holds the number; none: each match is 1.
  std::vector<std::size_t> labels;   ///< The captures of `shape.labels`.
  std::size_t max_series = 1000;

  /// How many captures matching has to fill.
  std::size_t groups = 0;
};

/// Reads the list under `metrics:`; mistakes go to `diagnostics`.
void ReadValue(const config::Node& node,
               config::Diagnostics& diagnostics,
               std::vector<UserMetric>& metrics);

enum class Counted {
  kNo,  ///< The line does not match.
  kYes,
  kNoNumber,  ///< It matches, but `value` is not a number.
  kNegative,  ///< It matches, but a counter cannot go down.
};

/// Matches one line and counts it in `table`, which has the metric's shape.
class UserMetricCounter {
 public:
  Counted Count(const UserMetric& metric, std::string_view line, SeriesTable& table);

 private:
  std::vector<std::string_view> groups_;  ///< Kept for their memory.
  std::vector<std::string_view> values_;
};

}  // namespace sidewatch::logs
