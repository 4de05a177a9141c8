#pragma once

#include <string>

#include "exporter/model/metric.h"

namespace sidewatch {

/// Registers the metric of a table's row: `builder` is prometheus::BuildCounter() and its like. So
/// that what is shown and what is listed cannot differ.
template <typename Builder, typename Registry>
auto& RegisterRow(Builder builder, const MetricDescriptor& row, Registry& registry) {
  return builder.Name(std::string(row.name)).Help(std::string(row.help)).Register(registry);
}

}  // namespace sidewatch
