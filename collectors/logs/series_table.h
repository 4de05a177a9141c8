#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/model/metric.h"

namespace sidewatch::logs {

/// How many series of one metric a target may have, over all its files.
struct SeriesLimit {
  std::size_t limit = 0;
  std::size_t used = 0;
};

/// The shape of a metric: equal shapes may go on from each other's saved values.
struct SeriesShape {
  MetricType type = MetricType::kCounter;
  std::vector<std::string> labels;
  std::vector<double> bounds;  ///< Upper bounds of a histogram's buckets, rising, without +Inf.

  bool operator==(const SeriesShape&) const = default;
};

/// The values of one metric by its label values.
///
/// Shape: label values are made valid UTF-8 and cut at 256 bytes. New series over the limit go to
/// the one whose label values are all `other`, so that the total stays exact.
/// Cost:  no allocation for a series that is known.
class SeriesTable {
 public:
  struct Series {
    double value = 0;                    ///< Of a histogram: the sum.
    std::vector<std::uint64_t> buckets;  ///< One a bound, and +Inf; not cumulative.
  };

  /// `limit` outlives the table.
  SeriesTable(SeriesShape shape, SeriesLimit& limit) : shape_(std::move(shape)), limit_(&limit) {}

  using Values = std::span<const std::string_view>;

  void Add(Values labels, double amount) { Find(labels).value += amount; }

  void Add(std::initializer_list<std::string_view> labels, double amount) {
    Add(Values(labels.begin(), labels.size()), amount);
  }

  void Set(Values labels, double value) { Find(labels).value = value; }

  void Observe(Values labels, double value);

  void Observe(std::initializer_list<std::string_view> labels, double value) {
    Observe(Values(labels.begin(), labels.size()), value);
  }

  /// Calls `visit(label values, series)` for each.
  void Visit(const std::function<void(Values, const Series&)>& visit) const;

  /// All of it as bytes, and back. What has another shape or is damaged is not taken.
  std::string Encode() const;
  bool Decode(std::string_view bytes);

  bool empty() const { return series_.empty(); }

  /// Changed since the last Clean().
  bool dirty() const { return dirty_; }

  void Clean() { dirty_ = false; }

  /// Gives the series back to the limit.
  void Release() { limit_->used -= series_.size(); }

  const SeriesShape& shape() const { return shape_; }

 private:
  struct KeyHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name.

    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>()(key);
    }
  };

  Series& Find(Values labels);
  Series& Insert(Values labels);

  SeriesShape shape_;
  SeriesLimit* limit_;
  // The key is each label value behind its length; see AppendKey.
  std::unordered_map<std::string, Series, KeyHash, std::equal_to<>> series_;
  std::string key_;         ///< Of the series that was last asked for.
  Series* last_ = nullptr;  ///< That series; nodes do not move.
  std::string wanted_;      ///< Kept for its memory.
  std::string cleaned_;     ///< Kept for its memory.
  bool dirty_ = false;
};

}  // namespace sidewatch::logs
