#include "exporter/model/metric.h"

#include <array>

namespace sidewatch {

std::string_view MetricTypeName(MetricType type) {
  constexpr std::array<std::string_view, 8> kNames = {
      "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace sidewatch
