#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/promql/ast.h"

namespace sidewatch::promql {

/// The warnings and infos of one evaluation, each text once, worded as Prometheus words them.
class Annotations {
 public:
  /// `query` is the text that positions point into; it must outlive this.
  explicit Annotations(std::string_view query) : query_(query) {}

  void InvalidQuantile(double quantile, PositionRange at);
  void InvalidRatio(double ratio, double capped, PositionRange at);
  void BadBucketLabel(std::string_view metric, std::string_view value, PositionRange at);
  void SortInRangeQuery(PositionRange at);
  void PossibleNonCounter(std::string_view metric, PositionRange at);

  /// Buckets of a classic histogram that fell where they must not.
  struct Monotonicity {
    double min_bucket = 0;
    double max_bucket = 0;
    double max_difference = 0;
    std::int64_t first = 0;  ///< Unix milliseconds of the first and last evaluation concerned.
    std::int64_t last = 0;
    std::int64_t count = 1;
  };

  /// Told once for a metric and place, with all of its evaluations taken together.
  void ForcedMonotonicity(std::string_view metric, PositionRange at, const Monotonicity& seen);

  std::vector<std::string> Warnings() const;
  std::vector<std::string> Infos() const;

 private:
  void Warn(std::string text);
  std::string Place(PositionRange at) const;

  std::string_view query_;
  // Rows may be read by two threads; the other annotations come from whole expressions.
  mutable Mutex mutex_;
  std::set<std::string> warnings_ SW_GUARDED_BY(mutex_);
  std::set<std::string> infos_ SW_GUARDED_BY(mutex_);
  std::map<std::string, Monotonicity> monotonicity_;
};

}  // namespace sidewatch::promql
