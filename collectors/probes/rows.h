#pragma once

#include <span>
#include <string_view>

#include "exporter/model/metric.h"

namespace sidewatch::probes {

/// A gauge that has blackbox_exporter's name.
constexpr MetricDescriptor ProbeRow(std::string_view name,
                                    std::span<const std::string_view> labels,
                                    std::string_view source,
                                    std::string_view help) {
  return {.name = name,
          .type = MetricType::kGauge,
          .labels = labels,
          .help = help,
          .source = source,
          .peer = "blackbox_exporter"};
}

}  // namespace sidewatch::probes
