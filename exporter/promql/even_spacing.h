#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exporter/promql/range_windows.h"

namespace sidewatch::promql {

/// Two times in milliseconds, and from `zero` to `time` in seconds.
inline double SecondsBetween(std::int64_t time, std::int64_t zero) {
  return static_cast<double>(time - zero) / 1000;
}

/// For a line through the samples of each window: the sums over x, seconds after the window's first
/// sample. Of evenly spaced samples, as most are, they are the same for all windows of one length
/// and made once.
class EvenSpacing {
 public:
  struct Sums {
    std::size_t size = 0;
    double x = 0;
    double xx = 0;
  };

  /// `times` of a row.
  explicit EvenSpacing(std::span<const std::int64_t> times) : times_(times) {}

  /// Null: `window` is not evenly spaced. Windows come in the order of their steps.
  const Sums* Of(const Window& window);

  /// The x of the window that Of() gave something for last, at least.
  const std::vector<double>& x() const { return x_; }

 private:
  void Advance(std::size_t end);
  const Sums& Make(std::size_t size);

  std::span<const std::int64_t> times_;
  std::size_t seen_ = 1;
  std::int64_t gap_ = 0;
  std::size_t run_ = 0;  ///< From here to the last that was seen the gaps are equal.
  std::vector<double> x_;
  std::vector<Sums> known_;
};

}  // namespace sidewatch::promql
