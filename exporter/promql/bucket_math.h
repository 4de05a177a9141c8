#pragma once

#include <vector>

namespace sidewatch::promql {

/// One cumulative bucket of a classic histogram.
struct Bucket {
  double upper = 0;
  double count = 0;
};

/// Buckets at one step, ascending by bound. The functions here may repair them.
using Buckets = std::vector<Bucket>;

/// What had to be lifted so that counts do not decrease.
struct MonotonicityRepair {
  bool forced = false;
  double min_bucket = 0;
  double max_bucket = 0;
  double max_difference = 0;
};

/// The value below which the share `quantile` of the observations lies, linear inside its bucket.
/// NaN without a +Inf bucket, with fewer than two buckets, or without observations.
double BucketQuantile(double quantile, Buckets& buckets, MonotonicityRepair& repair);

/// The share of observations between two values, linear inside buckets.
double BucketFraction(double lower, double upper, Buckets& buckets);

}  // namespace sidewatch::promql
