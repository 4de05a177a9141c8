#include "exporter/api/query_gate.h"

#include <algorithm>

namespace sidewatch::api {
namespace {

/// Of those for whom there is no room to wait. Short queries, of which a dashboard sends many at
/// once, are all done by then.
constexpr Duration kShortPatience = std::chrono::milliseconds(500);

}  // namespace

QueryGate::Place::~Place() {
  if (gate_ == nullptr) {
    return;
  }
  {
    const std::lock_guard lock(gate_->mutex_);
    --gate_->running_;
  }
  gate_->freed_.notify_one();
}

Result<QueryGate::Place> QueryGate::Enter(Duration timeout, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const Duration patience = waiting_ < most_waiting_ ? timeout : std::min(timeout, kShortPatience);
  ++waiting_;
  const bool free =
      freed_.wait_for(lock, stop, patience, [this] { return running_ < most_running_; });
  --waiting_;
  if (free) {
    ++running_;
    return Place(*this);
  }
  if (stop.stop_requested()) {
    return Fail(ErrorCode::kCancelled, "query was canceled in query queue");
  }
  return Fail(ErrorCode::kDeadlineExceeded, "query timed out in query queue");
}

}  // namespace sidewatch::api
