#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/scrape/collector.h"

namespace sidewatch::scrape {

/// Gathers the samples of one run as families.
class SnapshotSink final : public SampleSink {
 public:
  using SampleSink::Add;
  void Add(const MetricDescriptor& metric,
           std::span<const std::string_view> label_values,
           double value) override;
  void AddFamily(MetricFamily family) override;

  /// The families sorted by name; the sink is empty afterwards.
  std::vector<MetricFamily> Take();

  std::size_t samples() const { return samples_; }

 private:
  MetricFamily& FamilyOf(const MetricDescriptor& metric);

  std::vector<MetricFamily> families_;
  std::unordered_map<std::string, std::size_t> index_;
  const MetricDescriptor* last_metric_ =
      nullptr;  // Collectors add the samples of a metric in a row.
  std::size_t last_index_ = 0;
  std::size_t samples_ = 0;
};

}  // namespace sidewatch::scrape
