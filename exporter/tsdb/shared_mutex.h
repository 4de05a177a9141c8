#pragma once

#include <shared_mutex>

#include "exporter/base/mutex.h"

namespace sidewatch::tsdb {

/// std::shared_mutex with the annotations that make the compiler check `SW_GUARDED_BY`.
class SW_THREAD_ATTRIBUTE(capability("mutex")) SharedMutex {
 public:
  void lock() SW_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }

  void unlock() SW_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  void lock_shared() SW_THREAD_ATTRIBUTE(acquire_shared_capability()) { mutex_.lock_shared(); }

  void unlock_shared() SW_THREAD_ATTRIBUTE(release_shared_capability()) { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

/// Reads for a scope, beside others that read.
class SW_THREAD_ATTRIBUTE(scoped_lockable) ReadLock {
 public:
  explicit ReadLock(SharedMutex& mutex) SW_THREAD_ATTRIBUTE(acquire_shared_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock_shared();
  }

  ~ReadLock() SW_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock_shared(); }

  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;
  ReadLock(ReadLock&&) = delete;
  ReadLock& operator=(ReadLock&&) = delete;

 private:
  SharedMutex& mutex_;
};

/// Changes for a scope, alone.
class SW_THREAD_ATTRIBUTE(scoped_lockable) WriteLock {
 public:
  explicit WriteLock(SharedMutex& mutex) SW_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }

  ~WriteLock() SW_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  WriteLock(WriteLock&&) = delete;
  WriteLock& operator=(WriteLock&&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace sidewatch::tsdb
