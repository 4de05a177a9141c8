#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <utility>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::api {

/// Lets so many queries be evaluated at once; others wait.
///
/// Who waits holds a thread of the server. So that there are always some left, only as many wait
/// for long; more are sent away soon.
///
/// Threads: safe.
class QueryGate {
 public:
  QueryGate(std::size_t most_running, std::size_t most_waiting)
      : most_running_(most_running), most_waiting_(most_waiting) {}

  QueryGate(const QueryGate&) = delete;
  QueryGate& operator=(const QueryGate&) = delete;
  ~QueryGate() = default;

  /// Gives its place back at the end. Lifetime: ends before the gate's.
  class Place {
   public:
    explicit Place(QueryGate& gate) : gate_(&gate) {}

    Place(Place&& from) noexcept : gate_(std::exchange(from.gate_, nullptr)) {}

    Place& operator=(Place&&) = delete;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

   private:
    QueryGate* gate_;
  };

  /// Errors: kDeadlineExceeded `query timed out in query queue`, kCancelled.
  Result<Place> Enter(Duration timeout, const std::stop_token& stop);

 private:
  const std::size_t most_running_;
  const std::size_t most_waiting_;
  std::mutex mutex_;  // condition_variable_any needs the bare one; guards the numbers.
  std::condition_variable_any freed_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace sidewatch::api
