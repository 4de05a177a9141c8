#include "exporter/promql/even_spacing.h"

#include <algorithm>

#include "exporter/promql/lane_sum.h"

namespace sidewatch::promql {

const EvenSpacing::Sums* EvenSpacing::Of(const Window& window) {
  Advance(window.low + window.size());
  if (run_ > window.low) {
    return nullptr;
  }
  const auto known = std::ranges::find(known_, window.size(), &Sums::size);
  return known != known_.end() ? &*known : &Make(window.size());
}

void EvenSpacing::Advance(std::size_t end) {
  for (; seen_ < end; ++seen_) {
    const std::int64_t gap = times_[seen_] - times_[seen_ - 1];
    if (gap != gap_) {
      gap_ = gap;
      run_ = seen_ - 1;
      x_.clear();
      known_.clear();
    }
  }
}

const EvenSpacing::Sums& EvenSpacing::Make(std::size_t size) {
  x_.reserve(size);
  while (x_.size() < size) {
    x_.push_back(SecondsBetween(static_cast<std::int64_t>(x_.size()) * gap_, 0));
  }
  LaneSum x_sum;
  LaneSum xx_sum;
  for (std::size_t i = 0; i < size; i += 2) {
    const Lanes x = {x_[i], i + 1 < size ? x_[i + 1] : 0};
    x_sum.Add(x);
    xx_sum.Add(x * x);
  }
  return known_.emplace_back(Sums{.size = size, .x = x_sum.Total(), .xx = xx_sum.Total()});
}

}  // namespace sidewatch::promql
