#include "exporter/scrape/snapshot_sink.h"

#include <algorithm>
#include <iterator>

#include "exporter/base/check.h"

namespace sidewatch::scrape {

MetricFamily& SnapshotSink::FamilyOf(const MetricDescriptor& metric) {
  if (last_metric_ == &metric) {
    return families_[last_index_];
  }
  const auto [found, is_new] = index_.try_emplace(std::string(metric.name), families_.size());
  if (is_new) {
    families_.push_back({.name = std::string(metric.name),
                         .type = metric.type,
                         .help = std::string(metric.help),
                         .unit = {},
                         .samples = {}});
  }
  last_metric_ = &metric;
  last_index_ = found->second;
  return families_[last_index_];
}

void SnapshotSink::Add(const MetricDescriptor& metric,
                       std::span<const std::string_view> label_values,
                       double value) {
  SW_CHECK(label_values.size() == metric.labels.size(), "a value for each label of the descriptor");
  std::vector<Label> labels;
  labels.reserve(label_values.size() + 1);
  labels.push_back({kMetricName, metric.name});
  for (std::size_t i = 0; i < label_values.size(); ++i) {
    if (!label_values[i].empty()) {
      labels.push_back({metric.labels[i], label_values[i]});
    }
  }
  std::ranges::sort(labels, {}, &Label::name);
  FamilyOf(metric).samples.push_back({.labels = LabelSet::FromSorted(labels), .value = value});
  ++samples_;
}

void SnapshotSink::AddFamily(MetricFamily family) {
  samples_ += family.samples.size();
  last_metric_ = nullptr;
  const auto [found, is_new] = index_.try_emplace(family.name, families_.size());
  if (is_new) {
    families_.push_back(std::move(family));
    return;
  }
  MetricFamily& known = families_[found->second];
  std::move(family.samples.begin(), family.samples.end(), std::back_inserter(known.samples));
}

std::vector<MetricFamily> SnapshotSink::Take() {
  std::ranges::sort(families_, {}, &MetricFamily::name);
  index_.clear();
  last_metric_ = nullptr;
  samples_ = 0;
  return std::exchange(families_, {});
}

}  // namespace sidewatch::scrape
