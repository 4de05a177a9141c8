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

void Slot::Take() {
  std::unique_lock lock(mutex_);
  released_.wait(lock, [this] { return !taken_; });
  taken_ = true;
}

bool Slot::TakeWithin(Duration patience) {
  std::unique_lock lock(mutex_);
  if (!released_.wait_for(lock, patience, [this] { return !taken_; })) {
    return false;
  }
  taken_ = true;
  return true;
}

void Slot::Release() {
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
  }
  released_.notify_one();
}

}  // namespace sidewatch
