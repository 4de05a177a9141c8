#include "alerts/rules/evaluation_pool.h"

#include <utility>

namespace sidewatch::alerts::rules {

EvaluationPool::~EvaluationPool() {
  for (std::jthread& thread : threads_) {
    thread.request_stop();
  }
}

void EvaluationPool::Add(std::function<void()> job) {
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    more = jobs_.size() > idle_ && threads_.size() < most_;
  }
  if (more) {
    threads_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
  added_.notify_one();
}

void EvaluationPool::Work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    added_.wait(lock, stop, [this] { return !jobs_.empty(); });
    --idle_;
    if (stop.stop_requested()) {
      return;
    }
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace sidewatch::alerts::rules
