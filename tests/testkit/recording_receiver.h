#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerts/pipeline/receiver.h"
#include "exporter/base/mutex.h"

namespace sidewatch::testkit {

/// What a RecordingReceiver was sent and how it is to answer. Threads: safe.
struct Recording {
  void Answer(alerts::Delivery::Outcome outcome, std::optional<Duration> retry_after = {}) {
    const MutexLock lock(mutex);
    answers.push_back({outcome, "as told", retry_after});
  }

  std::vector<alerts::Notification> Taken() const {
    const MutexLock lock(mutex);
    return taken;
  }

  mutable Mutex mutex;
  std::vector<alerts::Notification> taken SW_GUARDED_BY(mutex);  ///< Every attempt, in order.
  std::vector<SteadyTime> deadlines SW_GUARDED_BY(mutex);        ///< Of each.
  std::deque<alerts::Delivery> answers SW_GUARDED_BY(mutex);     ///< Empty: delivered.
  std::function<void()> during;  ///< Called in the middle of each attempt.
};

/// Takes down what it is sent.
class RecordingReceiver final : public alerts::Receiver {
 public:
  explicit RecordingReceiver(std::shared_ptr<Recording> recording)
      : recording_(std::move(recording)) {}

  alerts::Delivery Send(const alerts::Notification& notification,
                        SteadyTime deadline,
                        const std::stop_token& /*stop*/) override {
    if (recording_->during) {
      recording_->during();
    }
    const MutexLock lock(recording_->mutex);
    recording_->taken.push_back(notification);
    recording_->deadlines.push_back(deadline);
    if (recording_->answers.empty()) {
      return {alerts::Delivery::Outcome::kDelivered, "", {}};
    }
    const alerts::Delivery answer = recording_->answers.front();
    recording_->answers.pop_front();
    return answer;
  }

 private:
  std::shared_ptr<Recording> recording_;
};

}  // namespace sidewatch::testkit
