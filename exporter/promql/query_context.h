#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
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

  /// Whether so many samples may be looked at now; they are not held.
  Status CheckSamples(std::size_t count) const {
    return CheckRoom(samples_.load(std::memory_order_relaxed) + count,
                     room_.load(std::memory_order_relaxed));
  }

  /// Counts room that is held beside samples, until the query ends. Errors: as ChargeSamples.
  Status ChargeRoom(std::size_t bytes);

  std::size_t peak_samples() const { return peak_.load(std::memory_order_relaxed); }

  /// Whether CountSamples is to be called.
  bool counts_samples() const { return !counts_.empty() && !muted_; }

  /// Adds one sample for each step of a row that has one.
  void CountSamples(std::span<const std::uint8_t> present);

  /// Adds the samples [low, high) of each step's window.
  void CountSamples(std::span<const std::uint32_t> low, std::span<const std::uint32_t> high);

  /// While it lives no samples are counted: those of a subquery count when its windows are read.
  class Mute {
   public:
    explicit Mute(QueryContext& context)
        : context_(context), before_(std::exchange(context.muted_, true)) {}

    Mute(const Mute&) = delete;
    Mute& operator=(const Mute&) = delete;

    ~Mute() { context_.muted_ = before_; }

   private:
    QueryContext& context_;
    bool before_;
  };

  std::int64_t samples_read() const { return read_; }

  /// Samples counted, a number each step.
  std::span<const std::int64_t> counts() const { return counts_; }

  void ReleaseSamples(std::size_t count) { samples_.fetch_sub(count, std::memory_order_relaxed); }

  /// To be called once a row, and within a row that takes longer; `work` is about how many samples
  /// were looked at since. Looks at the clock now and then. Errors: kCancelled, kDeadlineExceeded,
  /// worded as Prometheus does.
  Status Poll(std::size_t work = 0);

 private:
  Status CheckRoom(std::size_t samples, std::size_t bytes) const;

  Inputs inputs_;
  Annotations annotations_;
  SteadyTime deadline_;
  std::atomic<std::size_t> samples_ = 0;
  std::atomic<std::size_t> peak_ = 0;
  std::atomic<std::size_t> room_ = 0;  // In bytes.
  std::atomic<std::uint64_t> work_ = 0;
  bool muted_ = false;  // Changed only while a single thread evaluates.
  Mutex counts_mutex_;
  std::vector<std::int64_t> counts_;
  std::int64_t read_ = 0;
};

}  // namespace sidewatch::promql
