#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "exporter/promql/kahan.h"
#include "exporter/promql/range_functions.h"
#include "exporter/promql/range_windows.h"

namespace sidewatch::promql {
namespace {

struct Line {
  double slope = 0;
  double intercept = 0;  ///< At the time asked for.
};

/// The line of least squares through a window, x in seconds after `zero`.
Line Regression(const Window& window, std::int64_t zero) {
  KahanSum x_sum;
  KahanSum y_sum;
  KahanSum xy_sum;
  KahanSum xx_sum;
  bool constant = true;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const double x = static_cast<double>(window.times[i] - zero) / 1000;
    const double y = window.values[i];
    constant = constant && y == window.values[0];
    x_sum.Add(x);
    y_sum.Add(y);
    xy_sum.Add(x * y);
    xx_sum.Add(x * x);
  }
  if (constant) {
    const double y = window.values[0];
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return std::isinf(y) ? Line{nan, nan} : Line{0, y};
  }
  const auto n = static_cast<double>(window.size());
  const auto total = [](const KahanSum& sum) {
    return sum.sum + sum.compensation;
  };
  const double covariance = total(xy_sum) - total(x_sum) * total(y_sum) / n;
  const double variance = total(xx_sum) - total(x_sum) * total(x_sum) / n;
  const double slope = covariance / variance;
  return {slope, total(y_sum) / n - slope * total(x_sum) / n};
}

}  // namespace

void EvalDeriv(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 2, [](const Window& window) {
    // Any time near the samples keeps the numbers small.
    return Regression(window, window.times.front()).slope;
  });
}

void EvalPredictLinear(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 2, [&](const Window& window) {
    const Line line = Regression(window, row.grid.At(window.step));
    return line.slope * row.scalars[0][window.step] + line.intercept;
  });
}

void EvalDoubleExponentialSmoothing(const RangeRow& row, RowOut out) {
  ForEachWindow(row, out, 1, [&](const Window& window) {
    const double smoothing = row.scalars[0][window.step];
    const double trending = row.scalars[1][window.step];
    if (!(smoothing > 0 && smoothing < 1)) {
      row.error = Error{
          ErrorCode::kInvalidArgument,
          fmt::format("invalid smoothing factor. Expected: 0 < sf < 1, got: {:f}", smoothing)};
    } else if (!(trending > 0 && trending < 1)) {
      row.error =
          Error{ErrorCode::kInvalidArgument,
                fmt::format("invalid trend factor. Expected: 0 < tf < 1, got: {:f}", trending)};
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
