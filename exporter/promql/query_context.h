#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/promql/annotations.h"
#include "exporter/promql/engine.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::promql {

/// What all parts of one evaluation share. Threads: safe.
class QueryContext {
 public:
  struct Inputs {
    const EngineOptions& options;
    const storage::Queryable& queryable;
    std::string_view text;
    TimePoint start;
    TimePoint end;
    Duration step;  ///< 0 for an instant query.
    std::stop_token stop;
    const Clock* clock = nullptr;
  };

  explicit QueryContext(const Inputs& inputs);

  const EngineOptions& options() const { return inputs_.options; }

  const storage::Queryable& queryable() const { return inputs_.queryable; }

  Annotations& annotations() { return annotations_; }

  std::int64_t start() const { return ToUnixMillis(inputs_.start); }

  std::int64_t end() const { return ToUnixMillis(inputs_.end); }

  std::int64_t step() const { return inputs_.step.count(); }

  bool is_range() const { return inputs_.step.count() != 0; }

  /// Counts samples held in memory. Errors: kLimitExceeded, worded as Prometheus does.
  Status ChargeSamples(std::size_t count);

  void ReleaseSamples(std::size_t count) { samples_.fetch_sub(count, std::memory_order_relaxed); }

  /// To be called once a row. Errors: kCancelled, kDeadlineExceeded, worded as Prometheus does.
  Status Poll();

 private:
  Inputs inputs_;
  Annotations annotations_;
  SteadyTime deadline_;
  std::atomic<std::size_t> samples_ = 0;
  std::atomic<std::uint32_t> polls_ = 0;
};

}  // namespace sidewatch::promql
