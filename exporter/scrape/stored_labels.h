#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/model/metric.h"
#include "exporter/relabel/relabel.h"

namespace sidewatch::scrape {

struct TargetConfig;

/// What a user asks of the samples of a target, as a scrape config does. A limit of 0 is none.
struct SampleRules {
  relabel::Rules relabel = {};  ///< `metric_relabel_configs`.
  std::size_t sample_limit = 0;
  std::size_t label_limit = 0;
  std::size_t label_name_length_limit = 0;
  std::size_t label_value_length_limit = 0;
  bool track_timestamps_staleness = false;  ///< Series with times of their own end like others.
};

/// Turns the labels of a target's samples into those of its series. Threads: safe.
class StoredLabels {
 public:
  /// `config` outlives it.
  explicit StoredLabels(const TargetConfig& config);

  /// `job`, `instance` and the user's own: what every series of the target carries.
  const LabelSet& target() const { return target_; }

  /// The labels in the store of a sample with the labels `raw`. Nothing: relabelling drops it.
  std::optional<LabelSet> Of(const LabelSet& raw) const;

  /// Whether stored labels keep the limits. Errors: kLimitExceeded, kProtocol for a series that
  /// relabelling left without a name.
  Status Check(const LabelSet& stored) const;

  /// Changes `families` as metric relabelling says, for /metrics: without `job` and `instance`
  /// where they are the target's. Does nothing for a target without such rules.
  void RelabelShown(std::vector<MetricFamily>& families) const;

 private:
  using FamiliesByName = std::map<std::string, MetricFamily, std::less<>>;

  void RelabelFamily(MetricFamily& family, FamiliesByName& renamed) const;
  std::optional<LabelSet> ShownOf(const LabelSet& raw) const;

  const TargetConfig& config_;
  LabelSet target_;
};

}  // namespace sidewatch::scrape
