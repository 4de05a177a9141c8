#pragma once

#include "exporter/promql/kahan.h"

namespace sidewatch::promql {

/// Two sums at once, each with what rounding has lost. The compiler makes one instruction of both
/// lanes.
using Lanes = double __attribute__((vector_size(16)));

class LaneSum {
 public:
  /// Knuth's two-sum, which needs no comparison.
  void Add(Lanes value) {
    const Lanes total = sum_ + value;
    const Lanes part = total - sum_;
    lost_ += (sum_ - (total - part)) + (value - part);
    sum_ = total;
  }

  double Total() const {
    KahanSum both{.sum = sum_[0], .compensation = lost_[0] + lost_[1]};
    both.Add(sum_[1]);
    return both.sum + both.compensation;
  }

 private:
  Lanes sum_ = {0, 0};
  Lanes lost_ = {0, 0};
};

}  // namespace sidewatch::promql
