#pragma once

#include <span>
#include <string_view>

#include "exporter/model/metric.h"

namespace sidewatch::host {

/// Makes the rows of a table whose names are those of another exporter than node_exporter.
struct PeerRows {
  std::string_view peer;
  std::span<const std::string_view> labels;

  constexpr MetricDescriptor operator()(MetricType type,
                                        std::string_view name,
                                        std::string_view source,
                                        std::string_view help) const {
    return {
        .name = name, .type = type, .labels = labels, .help = help, .source = source, .peer = peer};
  }
};

inline constexpr MetricType kGauge = MetricType::kGauge;
inline constexpr MetricType kCounter = MetricType::kCounter;

}  // namespace sidewatch::host
