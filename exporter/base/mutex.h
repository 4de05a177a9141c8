#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "exporter/base/clock.h"

// Clang checks these with -Wthread-safety (preset `lint`); g++ does not know them.
#if defined(__clang__)
#define SW_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define SW_THREAD_ATTRIBUTE(x)
#endif
#define SW_GUARDED_BY(mutex) SW_THREAD_ATTRIBUTE(guarded_by(mutex))
#define SW_REQUIRES(mutex) SW_THREAD_ATTRIBUTE(requires_capability(mutex))
#define SW_EXCLUDES(mutex) SW_THREAD_ATTRIBUTE(locks_excluded(mutex))

namespace sidewatch {

/// std::mutex with the annotations that make the compiler check `SW_GUARDED_BY`.
class SW_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void lock() SW_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }

  void unlock() SW_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class SW_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) SW_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }

  ~MutexLock() SW_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  MutexLock(MutexLock&&) = delete;
  MutexLock& operator=(MutexLock&&) = delete;

 private:
  Mutex& mutex_;
};

/// How a loop sleeps: until a time, until somebody wakes it, or until it is told to stop. Threads:
/// safe.
class Waker {
 public:
  /// Ends the current or the next Wait.
  void Wake();

  /// Returns when `deadline` has come, after Wake(), or when `stop` was requested.
  void WaitUntil(const std::stop_token& stop, SteadyTime deadline);

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;  // Guarded by mutex_; condition_variable_any needs the bare std::mutex.
};

/// Lets one at a time in, for work that is too long to hold a mutex over.
///
/// std::timed_mutex would do, but g++ 12's thread sanitizer does not see its timed lock and reports
/// races that are none. Threads: safe.
class Slot {
 public:
  /// Waits until the slot is free.
  void Take();

  /// False if the slot is still taken after `patience`.
  bool TakeWithin(Duration patience);

  void Release();

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  bool taken_ = false;  // Guarded by mutex_.
};

/// Releases a taken Slot at the end of a scope.
class SlotHolder {
 public:
  explicit SlotHolder(Slot& taken) : slot_(taken) {}

  ~SlotHolder() { slot_.Release(); }

  SlotHolder(const SlotHolder&) = delete;
  SlotHolder& operator=(const SlotHolder&) = delete;

 private:
  Slot& slot_;
};

}  // namespace sidewatch
