#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/model/label_set.h"
#include "exporter/promql/ast.h"

namespace sidewatch::promql {

/// Numbers the groups that label sets fall into by some of their labels: those named, or all but
/// those named and the metric name.
class Grouper {
 public:
  enum class Labels { kOnlyThese, kAllButThese };

  Grouper(std::vector<std::string> names, Labels labels);

  /// The group of `labels`, which becomes a new one if there is none yet. Numbers count from 0.
  std::uint32_t Add(const LabelSet& labels);

  std::optional<std::uint32_t> Find(const LabelSet& labels);

  std::size_t size() const { return groups_.size(); }

  /// The labels that `labels` has in common with its group.
  LabelSet Common(const LabelSet& labels) const;

  /// The same if `labels` had `with`, too, instead of another of that name.
  LabelSet Common(const LabelSet& labels, const Label& with) const;

 private:
  bool Counts(std::string_view name) const;
  /// Those of `labels` that count, with room for one more.
  std::vector<Label> Counted(const LabelSet& labels) const;
  void MakeKey(const LabelSet& labels);

  std::vector<std::string> names_;
  Labels labels_;
  std::string key_;
  std::unordered_map<std::string, std::uint32_t> groups_;
};

/// The match groups of a binary operator.
Grouper MatchGrouper(const VectorMatching& matching);

}  // namespace sidewatch::promql
