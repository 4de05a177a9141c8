#pragma once

#include <cmath>

namespace sidewatch::promql {

/// A sum with its running compensation, after Kahan and Neumaier.
struct KahanSum {
  double sum = 0;
  double compensation = 0;

  void Add(double value) {
    const double total = sum + value;
    if (std::isinf(total)) {
      compensation = 0;
    } else if (std::fabs(sum) >= std::fabs(value)) {
      compensation += (sum - total) + value;
    } else {
      compensation += (value - total) + sum;
    }
    sum = total;
  }

  double Value() const { return std::isinf(sum) ? sum : sum + compensation; }
};

/// A mean by way of the sum, and step by step once that would overflow.
struct KahanMean {
  KahanSum sum;  ///< Of the values; of the mean once `incremental`.
  double count = 0;
  bool incremental = false;

  void Add(double value) {
    count += 1;
    if (!incremental) {
      KahanSum next = sum;
      next.Add(value);
      // The first value may be infinite itself: that is no overflow.
      if (count == 1 || !std::isinf(next.sum)) {
        sum = next;
        return;
      }
      incremental = true;
      sum.sum /= count - 1;
      sum.compensation /= count - 1;
    }
    const double share = (count - 1) / count;
    sum.sum *= share;
    sum.compensation *= share;
    sum.Add(value / count);
  }

  double Value() const {
    return incremental ? sum.sum + sum.compensation : sum.sum / count + sum.compensation / count;
  }
};

}  // namespace sidewatch::promql
