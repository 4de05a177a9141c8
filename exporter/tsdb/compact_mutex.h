#pragma once

#include <atomic>
#include <cstdint>

#include "exporter/base/mutex.h"

namespace sidewatch::tsdb {

/// A mutex of four bytes, where std::mutex has forty: there is one in each series.
class SW_THREAD_ATTRIBUTE(capability("mutex")) CompactMutex {
 public:
  void lock() SW_THREAD_ATTRIBUTE(acquire_capability()) {
    std::uint32_t expected = kFree;
    if (state_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire)) {
      return;
    }
    // From now on it may have waiters: whoever holds it must wake one.
    while (state_.exchange(kAwaited, std::memory_order_acquire) != kFree) {
      state_.wait(kAwaited, std::memory_order_relaxed);
    }
  }

  void unlock() SW_THREAD_ATTRIBUTE(release_capability()) {
    if (state_.exchange(kFree, std::memory_order_release) == kAwaited) {
      state_.notify_one();
    }
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 1;
  static constexpr std::uint32_t kAwaited = 2;

  std::atomic<std::uint32_t> state_ = kFree;
};

/// Holds a CompactMutex for a scope.
class SW_THREAD_ATTRIBUTE(scoped_lockable) CompactLock {
 public:
  explicit CompactLock(CompactMutex& mutex) SW_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }

  ~CompactLock() SW_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  CompactLock(const CompactLock&) = delete;
  CompactLock& operator=(const CompactLock&) = delete;
  CompactLock(CompactLock&&) = delete;
  CompactLock& operator=(CompactLock&&) = delete;

 private:
  CompactMutex& mutex_;
};

}  // namespace sidewatch::tsdb
