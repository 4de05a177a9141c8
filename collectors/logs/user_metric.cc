#include "collectors/logs/user_metric.h"

#include <cmath>

#include "exporter/base/number.h"

namespace sidewatch::logs {

Counted UserMetricCounter::Count(const UserMetric& metric,
                                 std::string_view line,
                                 SeriesTable& table) {
  groups_.assign(metric.groups, std::string_view());
  if (!metric.pattern.Match(line, groups_)) {
    return Counted::kNo;
  }
  double number = 1;
  if (metric.value) {
    const std::optional<double> read = ParseNumber(groups_[*metric.value - 1]);
    if (!read || !std::isfinite(*read)) {
      return Counted::kNoNumber;
    }
    number = *read;
  }
  values_.clear();
  for (const std::size_t capture : metric.labels) {
    values_.push_back(groups_[capture - 1]);
  }
  switch (metric.shape.type) {
    case MetricType::kGauge:
      table.Set(values_, number);
      return Counted::kYes;
    case MetricType::kHistogram:
      table.Observe(values_, number);
      return Counted::kYes;
    default:
      break;
  }
  if (number < 0) {
    return Counted::kNegative;
  }
  table.Add(values_, number);
  return Counted::kYes;
}

}  // namespace sidewatch::logs
