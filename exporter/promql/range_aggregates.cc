#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "exporter/promql/kahan.h"
#include "exporter/promql/quantile.h"
#include "exporter/promql/range_functions.h"
#include "exporter/promql/range_windows.h"

namespace sidewatch::promql {
namespace {

double InSeconds(std::int64_t millis) {
  return static_cast<double>(millis) / 1000;
}

/// The best value of every window in O(samples): a queue of the samples that may still become the
/// best, the best in front. NaN is worse than any number.
template <typename IsBetter>
class BestQueue {
 public:
  BestQueue(const RangeRow& row, IsBetter is_better)
      : values_(row.values), queue_(row.scratch.indices), is_better_(is_better) {
    queue_.clear();
  }

  /// Index of the best sample of the window. Windows must only move forward.
  std::uint32_t Find(const Window& window) {
    const auto end = window.low + static_cast<std::uint32_t>(window.size());
    for (next_ = std::max(next_, window.low); next_ < end; ++next_) {
      while (queue_.size() > front_ && Replaces(values_[next_], values_[queue_.back()])) {
        queue_.pop_back();
      }
      queue_.push_back(next_);
    }
    while (queue_[front_] < window.low) {
      ++front_;
    }
    return queue_[front_];
  }

 private:
  bool Replaces(double candidate, double held) const {
    return std::isnan(held) || is_better_(candidate, held);
  }

  std::span<const double> values_;
  std::vector<std::uint32_t>& queue_;
  IsBetter is_better_;
  std::size_t front_ = 0;
  std::uint32_t next_ = 0;
};

enum class Give { kValue, kTime };

template <typename IsBetter>
void Best(const RangeRow& row, RowOut out, Give give, IsBetter is_better) {
  BestQueue queue(row, is_better);
  ForEachWindow(row, out, 1, [&](const Window& window) {
    const std::uint32_t best = queue.Find(window);
    return give == Give::kValue ? row.values[best] : InSeconds(row.times[best]);
  });
}

double Variance(std::span<const double> values) {
  double count = 0;
  KahanSum mean;
  KahanSum squares;
  for (const double value : values) {
    count += 1;
    const double delta = value - (mean.sum + mean.compensation);
    mean.Add(delta / count);
    squares.Add(delta * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / count;
}

std::span<double> Copy(const RangeRow& row, const Window& window) {
  row.scratch.values.assign(window.values.begin(), window.values.end());
  return row.scratch.values;
}

/// The sums of all windows in O(samples): differences of running totals that are kept to twice the
/// precision of a double.
class RunningTotals {
 public:
  /// `row.scratch.values` is its room.
  explicit RunningTotals(const RangeRow& row) : totals_(row.scratch.values) {
    useful_ = Pays(row) && AreOfOneSize(row.values);
    if (!useful_) {
      return;
    }
    totals_.resize(2 * (row.values.size() + 1));
    double high = 0;
    double low = 0;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      totals_[2 * i] = high;
      totals_[2 * i + 1] = low;
      const double total = high + row.values[i];
      const double part = total - high;
      low += (high - (total - part)) + (row.values[i] - part);
      high = total;
    }
    totals_[2 * row.values.size()] = high;
    totals_[2 * row.values.size() + 1] = low;
  }

  /// False: windows must be added up one by one.
  bool useful() const { return useful_; }

  WindowWork work() const { return useful_ ? WindowWork::kConstant : WindowWork::kItsSamples; }

  KahanSum Sum(const Window& window) const {
    const std::size_t begin = 2 * std::size_t{window.low};
    const std::size_t end = begin + 2 * window.size();
    KahanSum sum{.sum = totals_[end], .compensation = totals_[end + 1] - totals_[begin + 1]};
    sum.Add(-totals_[begin]);
    return sum;
  }

 private:
  static bool Pays(const RangeRow& row) {
    const std::size_t window = row.high.back() - row.low.back();
    return window * row.high.size() > 4 * row.values.size();
  }

  /// Whether what rounding takes from the total of all stays far below the smallest value. False
  /// also with NaN and infinities.
  static bool AreOfOneSize(std::span<const double> values) {
    constexpr double kLeastShare = 1.0 / (std::uint64_t{1} << 40U);
    double total = 0;
    double least = std::numeric_limits<double>::infinity();
    for (const double value : values) {
      const double magnitude = std::fabs(value);
      total += magnitude;
      least = magnitude > 0 && magnitude < least ? magnitude : least;
    }
    return total * kLeastShare <= least && std::isfinite(total);
  }

  std::vector<double>& totals_;
  bool useful_ = false;
};

}  // namespace

void EvalAvgOverTime(const RangeRow& row, RowOut out) {
  const RunningTotals totals(row);
  ForEachWindow(row, out, 1, totals.work(), [&totals](const Window& window) {
    if (totals.useful()) {
      const KahanSum sum = totals.Sum(window);
      const auto count = static_cast<double>(window.size());
      return sum.sum / count + sum.compensation / count;
    }
    KahanMean mean;
    for (const double value : window.values) {
      mean.Add(value);
    }
    return mean.Value();
  });
}

void EvalSumOverTime(const RangeRow& row, RowOut out) {
  const RunningTotals totals(row);
  ForEachWindow(row, out, 1, totals.work(), [&totals](const Window& window) {
    if (totals.useful()) {
      return totals.Sum(window).Value();
    }
    KahanSum sum;
    for (const double value : window.values) {
      sum.Add(value);
    }
    return sum.Value();
  });
}

void EvalMinOverTime(const RangeRow& row, RowOut out) {
  Best(row, out, Give::kValue, [](double a, double b) { return a < b; });
}

void EvalMaxOverTime(const RangeRow& row, RowOut out) {
  Best(row, out, Give::kValue, [](double a, double b) { return a > b; });
}

void EvalTsOfMinOverTime(const RangeRow& row, RowOut out) {
  Best(row, out, Give::kTime, [](double a, double b) { return a <= b; });
}

void EvalTsOfMaxOverTime(const RangeRow& row, RowOut out) {
  Best(row, out, Give::kTime, [](double a, double b) { return a >= b; });
}

void EvalCountOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(
      row, out, 1, [](const Window& window) { return static_cast<double>(window.size()); });
}

void EvalPresentOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, [](const Window& /*window*/) { return 1.0; });
}

void EvalFirstOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, [](const Window& window) { return window.values.front(); });
}

void EvalLastOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, [](const Window& window) { return window.values.back(); });
}

void EvalTsOfFirstOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, [](const Window& window) { return InSeconds(window.times.front()); });
}

void EvalTsOfLastOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, [](const Window& window) { return InSeconds(window.times.back()); });
}

void EvalStdvarOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, WindowWork::kItsSamples, [](const Window& window) {
    return Variance(window.values);
  });
}

void EvalStddevOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, WindowWork::kItsSamples, [](const Window& window) {
    return std::sqrt(Variance(window.values));
  });
}

void EvalQuantileOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, WindowWork::kItsSamples, [&](const Window& window) {
    return Quantile(row.scalars[0][window.step], Copy(row, window));
  });
  for (std::size_t step = 0; step < out.steps(); ++step) {
    const double q = row.scalars[0][step];
    if (out.present[step] != 0 && !(q >= 0 && q <= 1)) {
      row.context.annotations().InvalidQuantile(q, row.scalar_position);
    }
  }
}

void EvalMadOverTime(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, WindowWork::kItsSamples, [&](const Window& window) {
    const std::span<double> values = Copy(row, window);
    if (std::ranges::any_of(values, [](double value) { return std::isnan(value); })) {
      return std::nan("");
    }
    const double median = Quantile(0.5, values);
    for (double& value : values) {
      value = std::fabs(value - median);
    }
    return Quantile(0.5, values);
  });
}

}  // namespace sidewatch::promql
