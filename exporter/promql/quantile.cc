#include "exporter/promql/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sidewatch::promql {

double Quantile(double q, std::span<double> values) {
  if (values.empty() || std::isnan(q)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (q < 0 || q > 1) {
    return q < 0 ? -std::numeric_limits<double>::infinity()
                 : std::numeric_limits<double>::infinity();
  }
  const auto below = [](double a, double b) {
    return std::isnan(a) ? !std::isnan(b) : a < b;
  };
  const double rank = q * static_cast<double>(values.size() - 1);
  const double floor = std::floor(rank);
  const auto low = static_cast<std::size_t>(std::max(0.0, floor));
  const auto at_low = values.begin() + static_cast<std::ptrdiff_t>(low);
  std::ranges::nth_element(values, at_low, below);
  const double lower = *at_low;
  const double upper =
      low + 1 < values.size() ? *std::min_element(at_low + 1, values.end(), below) : lower;
  const double weight = rank - floor;
  return lower * (1 - weight) + upper * weight;
}

}  // namespace sidewatch::promql
