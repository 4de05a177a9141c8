#include "exporter/base/mutex.h"

namespace sidewatch {

void Waker::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Waker::WaitUntil(const std::stop_token& stop, SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, stop, deadline, [this] { return woken_; });
  woken_ = false;
}

}  // namespace sidewatch
