#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/exposition/format.h"
#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// Families of one written name that become one on the page.
struct MergedFamily {
  std::string_view name;
  MetricType type = MetricType::kUnknown;
  std::string_view help = {};
  std::string_view unit = {};
  std::span<const MetricFamily* const> parts = {};
};

/// Which families a page holds, in the order in which it does.
class FamilyPlan {
 public:
  /// `families` and what they point to must outlive the plan.
  FamilyPlan(std::span<const MetricFamily* const> families, const PageFormat& format);
  FamilyPlan(const FamilyPlan&) = delete;
  FamilyPlan& operator=(const FamilyPlan&) = delete;
  FamilyPlan(FamilyPlan&&) = delete;
  FamilyPlan& operator=(FamilyPlan&&) = delete;
  ~FamilyPlan() = default;

  std::span<const MergedFamily> merged() const { return merged_; }

  /// True if a family of this (written) name is on the page.
  bool Has(std::string_view name) const;

 private:
  std::vector<std::string> escaped_;  // Names that had to change; reserved, so that views hold.
  std::vector<const MetricFamily*> sorted_;
  std::vector<MergedFamily> merged_;
};

/// `merged` as OpenMetrics has it: the family's name there and whether all samples' names fit it.
struct OpenMetricsName {
  std::string_view base;  ///< Without `_total` of a counter and `_info` of an info.
  bool fits = false;
};

OpenMetricsName FindOpenMetricsName(const MergedFamily& merged, const FamilyPlan& plan);

/// The word of a TYPE line of the text format.
std::string_view TextTypeName(MetricType type);

}  // namespace sidewatch::exposition
