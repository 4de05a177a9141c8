// Growth over windows.
//
// A counter that falls was reset: what it had before counts as well. Where the falls are is found
// once a series; a window then adds those inside it, of which there are hardly ever any.

#include <algorithm>
#include <cmath>

#include "exporter/promql/range_functions.h"
#include "exporter/promql/range_windows.h"

namespace sidewatch::promql {
namespace {

constexpr double kMillisPerSecond = 1000;

/// Walks over the falls of a counter as windows move on.
class Falls {
 public:
  explicit Falls(const RangeRow& row) : values_(row.values), at_(row.scratch.indices) {
    at_.clear();
    if (!AnyFall()) {
      return;
    }
    for (std::uint32_t i = 1; i < values_.size(); ++i) {
      if (values_[i] < values_[i - 1]) {
        at_.push_back(i);
      }
    }
  }

  /// How many of the window's samples, but for its first, are below the one before.
  std::size_t Count(const Window& window) {
    Find(window);
    return last_ - first_;
  }

  /// `sum` and the values lost in the window, added in order.
  double AddLost(const Window& window, double sum) {
    if (at_.empty()) {
      return sum;
    }
    Find(window);
    for (std::size_t i = first_; i < last_; ++i) {
      sum += values_[at_[i] - 1];
    }
    return sum;
  }

 private:
  /// Without a branch a value, as hardly any counter falls.
  bool AnyFall() const {
    unsigned any = 0;
    for (std::size_t i = 1; i < values_.size(); ++i) {
      any |= static_cast<unsigned>(values_[i] < values_[i - 1]);
    }
    return any != 0;
  }

  void Find(const Window& window) {
    while (first_ < at_.size() && at_[first_] <= window.low) {
      ++first_;
    }
    last_ = std::max(last_, first_);
    const std::size_t end = window.low + window.size();
    while (last_ < at_.size() && at_[last_] < end) {
      ++last_;
    }
  }

  std::span<const double> values_;
  std::vector<std::uint32_t>& at_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

/// How far beyond its samples a window's growth is taken to go on, as a factor.
///
/// The edges of the window are reached if they are nearer than 1.1 of the average distance between
/// samples, else half a distance is added. A counter is not followed to below zero.
///
/// But for that last rule, only the times of the window matter, and at a steady interval they lie
/// in all windows alike: then the divisions are done once.
class Extrapolation {
 public:
  /// Factors are divided by `divisor`.
  Extrapolation(const RangeRow& row, bool is_counter, double divisor)
      : row_(row), is_counter_(is_counter), divisor_(divisor) {}

  double Factor(const Window& window, double growth) {
    const std::int64_t end = row_.source.WindowEnd(row_.grid.At(window.step));
    const std::int64_t start = end - row_.source.range();
    const Times times{.before = window.times.front() - start,
                      .sampled = window.times.back() - window.times.front(),
                      .after = end - window.times.back(),
                      .size = window.size()};
    if (times != times_) {
      Measure(times);
    }
    const double first = window.values.front();
    if (!is_counter_ || !(growth > 0 && first >= 0)) {
      return factor_;
    }
    // Far from zero, which is the rule, a comparison without a division tells.
    constexpr double kSurely = 1.000001;
    if (first * sampled_ > growth * to_start_ * kSurely) {
      return factor_;
    }
    const double to_start = std::min(to_start_, sampled_ * (first / growth));
    return (sampled_ + to_start + to_end_) / sampled_ / divisor_;
  }

 private:
  /// In milliseconds.
  struct Times {
    std::int64_t before = 0;
    std::int64_t sampled = 0;
    std::int64_t after = 0;
    std::size_t size = 0;

    bool operator==(const Times&) const = default;
  };

  void Measure(const Times& times) {
    times_ = times;
    to_start_ = static_cast<double>(times.before) / kMillisPerSecond;
    to_end_ = static_cast<double>(times.after) / kMillisPerSecond;
    sampled_ = static_cast<double>(times.sampled) / kMillisPerSecond;
    const double distance = sampled_ / static_cast<double>(times.size - 1);
    const double threshold = distance * 1.1;
    if (to_start_ >= threshold) {
      to_start_ = distance / 2;
    }
    if (to_end_ >= threshold) {
      to_end_ = distance / 2;
    }
    factor_ = (sampled_ + to_start_ + to_end_) / sampled_ / divisor_;
  }

  const RangeRow& row_;
  bool is_counter_;
  double divisor_;
  Times times_;
  double to_start_ = 0;
  double to_end_ = 0;
  double sampled_ = 0;
  double factor_ = 0;
};

void Counter(const RangeRow& row, RowOut out, double divisor) {
  Falls falls(row);
  Extrapolation extrapolation(row, true, divisor);
  ForEachWindow(row, out, 2, [&](const Window& window) {
    const double growth = falls.AddLost(window, window.values.back() - window.values.front());
    return growth * extrapolation.Factor(window, growth);
  });
}

enum class Last { kGrowth, kRate };

void LastTwo(const RangeRow& row, RowOut out, Last kind) {
  ForEachWindow(row, out, 2, [&](const Window& window) {
    const std::size_t last = window.size() - 1;
    const double before = window.values[last - 1];
    const double now = window.values[last];
    if (kind == Last::kGrowth) {
      return now - before;
    }
    const double seconds =
        static_cast<double>(window.times[last] - window.times[last - 1]) / kMillisPerSecond;
    return (now < before ? now : now - before) / seconds;
  });
}

}  // namespace

void EvalRate(const RangeRow& row, RowOut out) {
  Counter(row, out, static_cast<double>(row.source.range()) / kMillisPerSecond);
}

void EvalIncrease(const RangeRow& row, RowOut out) {
  Counter(row, out, 1);
}

void EvalDelta(const RangeRow& row, RowOut out) {
  Extrapolation extrapolation(row, false, 1);
  ForEachWindow(row, out, 2, [&](const Window& window) {
    const double growth = window.values.back() - window.values.front();
    return growth * extrapolation.Factor(window, growth);
  });
}

void EvalIrate(const RangeRow& row, RowOut out) {
  LastTwo(row, out, Last::kRate);
}

void EvalIdelta(const RangeRow& row, RowOut out) {
  LastTwo(row, out, Last::kGrowth);
}

void EvalResets(const RangeRow& row, RowOut out) {
  Falls falls(row);
  ForEachWindow(
      row, out, 1, [&](const Window& window) { return static_cast<double>(falls.Count(window)); });
}

void EvalChanges(const RangeRow& row, RowOut out) {
  // changes[i]: how often the value changed up to sample i; windows subtract.
  std::vector<std::uint32_t>& changes = row.scratch.indices;
  changes.assign(row.values.size(), 0);
  for (std::size_t i = 1; i < row.values.size(); ++i) {
    const double before = row.values[i - 1];
    const double now = row.values[i];
    const bool changed = now != before && !(std::isnan(now) && std::isnan(before));
    changes[i] = changes[i - 1] + (changed ? 1 : 0);
  }
  ForEachWindow(row, out, 1, [&](const Window& window) {
    return static_cast<double>(changes[window.low + window.size() - 1] - changes[window.low]);
  });
}

}  // namespace sidewatch::promql
