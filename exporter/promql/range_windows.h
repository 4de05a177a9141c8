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

/// What a window takes: as long as any other, or as long as it has samples.
enum class WindowWork { kConstant, kItsSamples };

/// The steps from `begin` to the returned one take a few milliseconds at most. `done` becomes about
/// how many samples they look at.
std::size_t EndOfBlock(const RangeRow& row, WindowWork kind, std::size_t begin, std::size_t& done);

/// False: the query is to end, as `row.error` says.
bool MayGoOn(const RangeRow& row, std::size_t done);

/// Calls `eval(window)` for each step whose window holds at least `least` samples, and puts what it
/// returns there; other steps are absent. Stops early if the query's time is up.
template <typename Eval>
void ForEachWindow(
    const RangeRow& row, RowOut out, std::size_t least, WindowWork kind, const Eval& eval) {
  for (std::size_t step = 0; step < out.steps();) {
    std::size_t done = 0;
    const std::size_t end = EndOfBlock(row, kind, step, done);
    for (; step < end; ++step) {
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
    if (end < out.steps() && !MayGoOn(row, done)) {
      out.Clear();
      return;
    }
  }
}

/// The same for what takes as long for each window.
template <typename Eval>
void ForEachWindow(const RangeRow& row, RowOut out, std::size_t least, const Eval& eval) {
  ForEachWindow(row, out, least, WindowWork::kConstant, eval);
}

}  // namespace sidewatch::promql
