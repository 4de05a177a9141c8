#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "exporter/promql/even_spacing.h"
#include "exporter/promql/kahan.h"
#include "exporter/promql/lane_sum.h"
#include "exporter/promql/range_functions.h"
#include "exporter/promql/range_windows.h"

namespace sidewatch::promql {
namespace {

struct Line {
  double slope = 0;
  double intercept = 0;  ///< At the time asked for.
};

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// What the line of least squares follows from, x in seconds after some time.
struct Moments {
  double x = 0;
  double y = 0;
  double xy = 0;
  double xx = 0;
};

/// One after the other: bears infinities.
Moments SumCarefully(const Window& window, std::int64_t zero) {
  KahanSum x_sum;
  KahanSum y_sum;
  KahanSum xy_sum;
  KahanSum xx_sum;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const double x = SecondsBetween(window.times[i], zero);
    const double y = window.values[i];
    x_sum.Add(x);
    y_sum.Add(y);
    xy_sum.Add(x * y);
    xx_sum.Add(x * x);
  }
  const auto total = [](const KahanSum& sum) {
    return sum.sum + sum.compensation;
  };
  return {.x = total(x_sum), .y = total(y_sum), .xy = total(xy_sum), .xx = total(xx_sum)};
}

Moments SumEven(const Window& window, const EvenSpacing::Sums& even, const double* x) {
  LaneSum y_sum;
  LaneSum xy_sum;
  const std::size_t pairs = window.size() / 2;
  const double* const y = window.values.data();
  for (std::size_t i = 0; i < 2 * pairs; i += 2) {
    const Lanes two = {y[i], y[i + 1]};
    y_sum.Add(two);
    xy_sum.Add(Lanes{x[i], x[i + 1]} * two);
  }
  if (window.size() % 2 != 0) {
    y_sum.Add(Lanes{window.values.back(), 0});
    xy_sum.Add(Lanes{x[window.size() - 1] * window.values.back(), 0});
  }
  return {.x = even.x, .y = y_sum.Total(), .xy = xy_sum.Total(), .xx = even.xx};
}

Moments Sum(const Window& window, std::int64_t zero) {
  LaneSum x_sum;
  LaneSum y_sum;
  LaneSum xy_sum;
  LaneSum xx_sum;
  const auto add = [&](Lanes x, Lanes y) {
    x_sum.Add(x);
    y_sum.Add(y);
    xy_sum.Add(x * y);
    xx_sum.Add(x * x);
  };
  const std::size_t pairs = window.size() / 2;
  for (std::size_t i = 0; i < 2 * pairs; i += 2) {
    add(Lanes{SecondsBetween(window.times[i], zero), SecondsBetween(window.times[i + 1], zero)},
        Lanes{window.values[i], window.values[i + 1]});
  }
  if (window.size() % 2 != 0) {
    add(Lanes{SecondsBetween(window.times.back(), zero), 0}, Lanes{window.values.back(), 0});
  }
  return {.x = x_sum.Total(), .y = y_sum.Total(), .xy = xy_sum.Total(), .xx = xx_sum.Total()};
}

/// The line of least squares through a window, x in seconds after `zero`. `sum` gives its moments,
/// unless there are infinities.
template <typename SumFn>
Line Regression(const Window& window, std::int64_t zero, const SumFn& sum) {
  const double first = window.values.front();
  if (std::ranges::all_of(window.values, [first](double y) { return y == first; })) {
    return std::isinf(first) ? Line{kNan, kNan} : Line{0, first};
  }
  Moments sums = sum();
  if (!std::isfinite(sums.y) || !std::isfinite(sums.xy)) {
    sums = SumCarefully(window, zero);
  }
  const auto n = static_cast<double>(window.size());
  const double covariance = sums.xy - sums.x * sums.y / n;
  const double variance = sums.xx - sums.x * sums.x / n;
  const double slope = covariance / variance;
  return {slope, sums.y / n - slope * sums.x / n};
}

Error FactorError(std::string_view what, std::string_view name, double factor) {
  const std::string shown =
      std::isinf(factor) ? std::string(factor > 0 ? "+Inf" : "-Inf") : fmt::format("{:f}", factor);
  return {ErrorCode::kInvalidArgument,
          fmt::format("invalid {} factor. Expected: 0 < {} < 1, got: {}", what, name, shown)};
}

}  // namespace

void EvalDeriv(const RangeRow& row, RowOut out) {
  EvenSpacing spacing(row.times);
  ForEachWindow(row, out, 2, WindowWork::kItsSamples, [&](const Window& window) {
    // Any time near the samples keeps the numbers small.
    const std::int64_t zero = window.times.front();
    const EvenSpacing::Sums* const even = spacing.Of(window);
    return Regression(window,
                      zero,
                      [&] {
                        return even != nullptr ? SumEven(window, *even, spacing.x().data())
                                               : Sum(window, zero);
                      })
        .slope;
  });
}

void EvalPredictLinear(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 2, WindowWork::kItsSamples, [&](const Window& window) {
    const std::int64_t zero = row.grid.At(window.step);
    const Line line = Regression(window, zero, [&] { return Sum(window, zero); });
    return line.slope * row.scalars[0][window.step] + line.intercept;
  });
}

void EvalDoubleExponentialSmoothing(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, WindowWork::kItsSamples, [&](const Window& window) {
    const double smoothing = row.scalars[0][window.step];
    const double trending = row.scalars[1][window.step];
    // NaN is not refused, as in Prometheus; nothing but NaN comes of it.
    if (smoothing <= 0 || smoothing >= 1) {
      row.error = FactorError("smoothing", "sf", smoothing);
    } else if (trending <= 0 || trending >= 1) {
      row.error = FactorError("trend", "tf", trending);
    }
    if (window.size() < 2) {
      return 0.0;
    }
    double previous = 0;
    double smoothed = window.values[0];
    double trend = window.values[1] - window.values[0];
    for (std::size_t i = 1; i < window.size(); ++i) {
      if (i > 1) {
        trend = trending * (smoothed - previous) + (1 - trending) * trend;
      }
      const double next = smoothing * window.values[i] + (1 - smoothing) * (smoothed + trend);
      previous = smoothed;
      smoothed = next;
    }
    return smoothed;
  });
  for (std::size_t step = 0; step < out.steps(); ++step) {
    out.present[step] &= static_cast<std::uint8_t>(row.high[step] - row.low[step] >= 2);
  }
}

}  // namespace sidewatch::promql
