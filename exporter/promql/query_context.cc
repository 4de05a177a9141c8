#include "exporter/promql/query_context.h"

#include <algorithm>

namespace sidewatch::promql {
namespace {

// Reading the clock costs tens of nanoseconds, a short row less. A sample of the slowest functions
// takes as long: then this is some milliseconds.
constexpr std::uint64_t kWorkPerLook = 1U << 16U;
constexpr std::uint64_t kWorkOfRow = 1U << 10U;  // At least.

/// What other room counts as.
constexpr std::size_t kBytesPerSample = 16;

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
  return CheckRoom(now, room_.load(std::memory_order_relaxed));
}

Status QueryContext::ChargeRoom(std::size_t bytes) {
  const std::size_t now = room_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  return CheckRoom(samples_.load(std::memory_order_relaxed), now);
}

Status QueryContext::CheckRoom(std::size_t samples, std::size_t bytes) const {
  if (samples + bytes / kBytesPerSample > inputs_.options.max_samples) {
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
  read_ += std::ranges::count(present, std::uint8_t{1});
}

void QueryContext::CountSamples(std::span<const std::uint32_t> low,
                                std::span<const std::uint32_t> high) {
  const MutexLock lock(counts_mutex_);
  for (std::size_t step = 0; step < counts_.size(); ++step) {
    const std::size_t at = std::min(step, low.size() - 1);
    counts_[step] += high[at] - low[at];
  }
  read_ += high.back() - low.front();
}

Status QueryContext::Poll(std::size_t work) {
  const std::uint64_t more = kWorkOfRow + work;
  const std::uint64_t before = work_.fetch_add(more, std::memory_order_relaxed);
  if (before != 0 && before / kWorkPerLook == (before + more) / kWorkPerLook) {
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
