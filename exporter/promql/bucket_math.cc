#include "exporter/promql/bucket_math.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sidewatch::promql {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Relative differences below this come from rounding.
constexpr double kTolerance = 1e-12;

bool AlmostEqual(double a, double b) {
  if (a == b) {
    return true;
  }
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  constexpr double kSmallest = std::numeric_limits<double>::min();
  if (a == 0 || b == 0 || sum < kSmallest) {
    return difference < kTolerance * kSmallest;
  }
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

void MergeEqualBounds(Buckets& buckets) {
  std::size_t last = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].upper == buckets[last].upper) {
      buckets[last].count += buckets[i].count;
    } else {
      buckets[++last] = buckets[i];
    }
  }
  buckets.resize(last + 1);
}

/// Makes counts never decrease: what is rounding goes silently, what is more is told.
void ForceMonotonicity(Buckets& buckets, MonotonicityRepair& repair) {
  repair.min_bucket = kInfinity;
  repair.max_bucket = -kInfinity;
  double previous = buckets.front().count;
  for (Bucket& bucket : buckets) {
    if (AlmostEqual(previous, bucket.count)) {
      bucket.count = previous;
    } else if (bucket.count < previous) {
      repair.forced = true;
      repair.min_bucket = std::min(repair.min_bucket, bucket.upper);
      repair.max_bucket = std::max(repair.max_bucket, bucket.upper);
      repair.max_difference = std::max(repair.max_difference, previous - bucket.count);
      bucket.count = previous;
    } else {
      previous = bucket.count;
    }
  }
}

/// The rank of a value among the observations: how many are below it.
double RankOf(double value, const Buckets& buckets) {
  double lower = buckets.front().upper <= 0 ? -kInfinity : 0;
  double rank = 0;
  for (const Bucket& bucket : buckets) {
    if (lower >= value) {
      return rank;
    }
    if (bucket.upper > value) {
      // Nothing can be said about the inside of a bucket without a lower bound.
      return std::isinf(lower)
                 ? bucket.count
                 : rank + (bucket.count - rank) * (value - lower) / (bucket.upper - lower);
    }
    rank = bucket.count;
    lower = bucket.upper;
  }
  return buckets.back().count;
}

}  // namespace

double BucketQuantile(double quantile, Buckets& buckets, MonotonicityRepair& repair) {
  if (std::isnan(quantile)) {
    return kNan;
  }
  if (quantile < 0 || quantile > 1) {
    return quantile < 0 ? -kInfinity : kInfinity;
  }
  if (buckets.empty() || buckets.back().upper != kInfinity) {
    return kNan;
  }
  MergeEqualBounds(buckets);
  ForceMonotonicity(buckets, repair);
  const double observations = buckets.back().count;
  if (buckets.size() < 2 || observations == 0) {
    return kNan;
  }
  // Counts that are not a number reach no rank, and none reaches theirs: as in Prometheus.
  const double rank = quantile * observations;
  const auto last = buckets.end() - 1;
  const auto found = std::lower_bound(
      buckets.begin(), last, rank, [](const Bucket& b, double r) { return !(b.count >= r); });
  if (found == last) {
    return (last - 1)->upper;
  }
  if (found == buckets.begin() && found->upper <= 0) {
    return found->upper;
  }
  const Bucket before = found == buckets.begin() ? Bucket{} : *(found - 1);
  return before.upper +
         (found->upper - before.upper) * ((rank - before.count) / (found->count - before.count));
}

double BucketFraction(double lower, double upper, Buckets& buckets) {
  if (buckets.empty() || buckets.back().upper != kInfinity) {
    return kNan;
  }
  MergeEqualBounds(buckets);
  const double count = buckets.back().count;
  if (count == 0 || std::isnan(lower) || std::isnan(upper)) {
    return kNan;
  }
  if (lower >= upper) {
    return 0;
  }
  const double below_lower = std::min(RankOf(lower, buckets), count);
  const double below_upper = std::min(RankOf(upper, buckets), count);
  return (below_upper - below_lower) / count;
}

}  // namespace sidewatch::promql
