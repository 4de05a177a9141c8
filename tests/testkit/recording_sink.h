#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/model/label_set.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::testkit {

/// Keeps what a run adds, and finds what a store would refuse: a series that comes twice.
class RecordingSink final : public scrape::SampleSink {
 public:
  using SampleSink::Add;

  void Add(const MetricDescriptor& metric,
           std::span<const std::string_view> label_values,
           double value) override {
    LabelSetBuilder labels;
    labels.Set(kMetricName, metric.name);
    for (std::size_t i = 0; i < label_values.size(); ++i) {
      labels.Set(metric.labels[i], label_values[i]);
    }
    std::set<std::string> names(metric.labels.begin(), metric.labels.end());
    Keep(std::string(metric.name), metric.type, names, labels.Build(), value);
  }

  void AddFamily(MetricFamily family) override {
    for (const MetricSample& sample : family.samples) {
      std::set<std::string> names;
      for (const Label label : sample.labels) {
        const bool own =
            label.name == kMetricName || label.name == "le" || label.name == "quantile";
        if (!own) {
          names.emplace(label.name);
        }
      }
      Keep(family.name, family.type, names, sample.labels, sample.value);
    }
  }

  /// The value of `name{label="value", …}`, as LabelSet prints it. Nothing: no such series.
  std::optional<double> Find(const std::string& series) const {
    const auto found = values_.find(series);
    return found == values_.end() ? std::nullopt : std::optional<double>(found->second);
  }

  /// `name type label,label`, in the shape of a parity list: label names in the order of the
  /// alphabet.
  const std::set<std::string>& Shapes() const { return shapes_; }

  const std::vector<std::string>& Duplicates() const { return duplicates_; }

  const std::map<std::string, double>& values() const { return values_; }

 private:
  void Keep(const std::string& name,
            MetricType type,
            const std::set<std::string>& label_names,
            const LabelSet& labels,
            double value) {
    std::string shape = name + "\t";
    shape += type == MetricType::kUnknown ? "untyped" : MetricTypeName(type);
    shape += "\t";
    for (const std::string& label : label_names) {
      shape += (shape.back() == '\t' ? "" : ",") + label;
    }
    shapes_.insert(std::move(shape));
    if (!values_.emplace(labels.ToString(), value).second) {
      duplicates_.push_back(labels.ToString());
    }
  }

  std::map<std::string, double> values_;
  std::set<std::string> shapes_;
  std::vector<std::string> duplicates_;
};

}  // namespace sidewatch::testkit
