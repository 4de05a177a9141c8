#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "exporter/promql/range_source.h"

namespace sidewatch::promql {

/// The samples of one step's window; at least one.
struct Window {
  std::span<const std::int64_t> times;
  std::span<const double> values;
  std::size_t step = 0;
  std::uint32_t low = 0;  ///< Where it begins among the row's samples.

  std::size_t size() const { return values.size(); }
};

/// Calls `eval(window)` for each step whose window holds at least `least` samples, and puts what it
/// returns there; other steps are absent.
template <typename Eval>
void ForEachWindow(const RangeRow& row, RowOut out, std::size_t least, Eval eval) {
  for (std::size_t step = 0; step < out.steps(); ++step) {
    const std::uint32_t low = row.low[step];
    const std::uint32_t size = row.high[step] - low;
    if (size < least) {
      out.present[step] = 0;
      continue;
    }
    out.Put(step,
            eval(Window{.times = row.times.subspan(low, size),
                        .values = row.values.subspan(low, size),
                        .step = step,
                        .low = low}));
  }
}

}  // namespace sidewatch::promql
