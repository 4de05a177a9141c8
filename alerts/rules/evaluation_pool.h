#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace sidewatch::alerts::rules {

/// Threads that do jobs, made as they are needed: as long as one job is done before the next comes,
/// there is one thread.
///
/// Lifetime: the destructor waits for the jobs in progress and drops those not begun. Threads: Add
/// from one.
class EvaluationPool {
 public:
  /// At most so many jobs at once; others wait.
  explicit EvaluationPool(std::size_t most) : most_(most) {}

  EvaluationPool(const EvaluationPool&) = delete;
  EvaluationPool& operator=(const EvaluationPool&) = delete;
  ~EvaluationPool();

  void Add(std::function<void()> job);

 private:
  void Work(const std::stop_token& stop);

  const std::size_t most_;
  std::mutex mutex_;  // condition_variable_any needs the bare std::mutex; it guards the next three.
  std::condition_variable_any added_;
  std::deque<std::function<void()>> jobs_;
  std::size_t idle_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace sidewatch::alerts::rules
