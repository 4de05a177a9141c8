#pragma once

#include <span>
#include <string_view>

#include "exporter/model/metric.h"

namespace sidewatch::certificates {

constexpr std::string_view kX509Peer = "x509-certificate-exporter";
constexpr std::string_view kProbePeer = "blackbox_exporter";

constexpr MetricDescriptor Row(std::string_view name,
                               std::span<const std::string_view> labels,
                               std::string_view source,
                               std::string_view help) {
  return {
      .name = name, .type = MetricType::kGauge, .labels = labels, .help = help, .source = source};
}

constexpr MetricDescriptor PeerRow(std::string_view peer, MetricDescriptor row) {
  row.peer = peer;
  return row;
}

constexpr MetricDescriptor CounterRow(MetricDescriptor row) {
  row.type = MetricType::kCounter;
  return row;
}

/// The tables of the two kinds of source, in the files that fill them.
std::span<const MetricDescriptor> FileMetrics();
std::span<const MetricDescriptor> EndpointMetrics();
std::span<const MetricDescriptor> FindingMetrics();

}  // namespace sidewatch::certificates
