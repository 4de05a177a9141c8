#include "exporter/promql/range_windows.h"

#include <algorithm>

namespace sidewatch::promql {

std::size_t EndOfBlock(const RangeRow& row, WindowWork kind, std::size_t begin, std::size_t& done) {
  constexpr std::size_t kMostWork = std::size_t{1} << 16U;
  std::size_t steps = std::min(row.low.size() - begin, kMostWork);
  if (kind == WindowWork::kConstant) {
    done = steps;
    return begin + steps;
  }
  // Windows only move forward: each lies between the first one's begin and the last one's end.
  const auto work = [&] {
    return steps * std::size_t{row.high[begin + steps - 1] - row.low[begin]};
  };
  while (steps > 1 && work() > kMostWork) {
    steps /= 2;
  }
  done = work();
  return begin + steps;
}

bool MayGoOn(const RangeRow& row, std::size_t done) {
  if (row.error.has_value()) {
    return false;
  }
  if (Status polled = row.context.Poll(done); !polled.has_value()) {
    row.error = std::move(polled.error());
    return false;
  }
  return true;
}

}  // namespace sidewatch::promql
