#include "exporter/promql/query_context.h"

#include <algorithm>

namespace sidewatch::promql {
namespace {

// Reading the clock costs tens of nanoseconds, a short row less.
constexpr std::uint32_t kPollsPerLook = 64;

}  // namespace

QueryContext::QueryContext(const Inputs& inputs)
    : inputs_(inputs),
      annotations_(inputs.text),
      deadline_(inputs.clock->Steady() + inputs.options.timeout) {
  if (inputs.options.count_samples) {
    const std::int64_t steps = is_range() ? (end() - start()) / step() : 0;
    counts_.resize(static_cast<std::size_t>(steps) + 1);
  }
}

Status QueryContext::ChargeSamples(std::size_t count) {
  const std::size_t now = samples_.fetch_add(count, std::memory_order_relaxed) + count;
  if (!counts_.empty()) {
    std::size_t peak = peak_.load(std::memory_order_relaxed);
    while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
    }
  }
  if (now > inputs_.options.max_samples) {
    return Fail(ErrorCode::kLimitExceeded,
                "query processing would load too many samples into memory in query execution");
  }
  return {};
}

void QueryContext::CountSamples(std::span<const std::uint8_t> present) {
  const MutexLock lock(counts_mutex_);
  for (std::size_t step = 0; step < counts_.size(); ++step) {
    counts_[step] += present[std::min(step, present.size() - 1)];
  }
}

void QueryContext::CountSamples(std::span<const std::uint32_t> low,
                                std::span<const std::uint32_t> high) {
  const MutexLock lock(counts_mutex_);
  for (std::size_t step = 0; step < counts_.size(); ++step) {
    const std::size_t at = std::min(step, low.size() - 1);
    counts_[step] += high[at] - low[at];
  }
}

Status QueryContext::Poll() {
  if (polls_.fetch_add(1, std::memory_order_relaxed) % kPollsPerLook != 0) {
    return {};
  }
  if (inputs_.stop.stop_requested()) {
    return Fail(ErrorCode::kCancelled, "query was canceled in expression evaluation");
  }
  if (inputs_.clock->Steady() >= deadline_) {
    return Fail(ErrorCode::kDeadlineExceeded, "query timed out in expression evaluation");
  }
  return {};
}

}  // namespace sidewatch::promql
