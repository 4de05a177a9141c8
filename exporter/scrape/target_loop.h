#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/scrape/scrape_metrics.h"
#include "exporter/scrape/series_writer.h"
#include "exporter/scrape/snapshot.h"
#include "exporter/scrape/snapshot_sink.h"
#include "exporter/scrape/stored_labels.h"
#include "exporter/scrape/target.h"

namespace sidewatch::scrape {

/// What every loop uses; all of it outlives the loops.
struct LoopDeps {
  const Clock& clock;
  Logger log;
  storage::Appendable& store;
  ScrapeMetrics& metrics;
  std::function<void()> run_started =
      {};  ///< Called as each run begins, so that a supervisor can watch it.
};

/// Runs one target's collector and publishes what it found.
///
/// A run that is still in flight at its deadline is given up: GiveUpOverdue() publishes the target
/// as down with the reason, again every interval for as long as it hangs, and what the run brings
/// later is dropped. Lifetime: held by shared_ptr, also by its own thread, which may hang in the
/// collector. Threads:  safe.
class TargetLoop {
 public:
  TargetLoop(Target target, const LoopDeps& deps);
  TargetLoop(const TargetLoop&) = delete;
  TargetLoop& operator=(const TargetLoop&) = delete;
  ~TargetLoop();

  const TargetConfig& config() const { return target_.config; }

  const CollectorSpec& spec() const { return *target_.spec; }

  /// Runs now and then whenever due, until `stop`.
  void Run(const std::stop_token& stop, Waker& waker);

  /// One run that was due at `due`, published unless it was given up meanwhile.
  void RunOnce(TimePoint due, const std::stop_token& stop);

  /// One run that is not published nor stored: for `collect[]` and `sidewatch check`.
  Snapshot CollectNow(const std::stop_token& stop);

  /// Publishes the target as down if its run is overdue at `now`.
  void GiveUpOverdue(SteadyTime now);

  /// When GiveUpOverdue() has something to do next; nothing while no run is in flight.
  std::optional<SteadyTime> NextOverdue() const;

  /// The last run that was published; null before the first.
  SnapshotPtr snapshot() const;

  /// Whether the label `target` tells this target from others of its kind on /metrics.
  void ShowTargetLabel(bool show) { show_target_label_ = show; }

  /// Nothing is published any more; the target's series end if `end_series`.
  void Retire(bool end_series);

 private:
  struct InFlight {
    SteadyTime deadline;
    SteadyTime next_give_up;
    bool given_up = false;
  };

  Status Collect(SampleSink& sink, const RunContext& run) const;
  Status CollectInTurn(SampleSink& sink, const RunContext& run);
  void Publish(std::vector<MetricFamily> families,
               std::optional<Error> error,
               TimePoint at,
               double seconds) SW_REQUIRES(mutex_);
  void Tell(const std::optional<Error>& error) SW_REQUIRES(mutex_);
  void TellRefused(const WriteReport& report) SW_REQUIRES(mutex_);
  void AddUp(std::vector<MetricFamily>& families, bool up) const;
  void AddShownLabels(std::vector<MetricFamily>& families) const;

  Target target_;
  LoopDeps deps_;
  TargetMetrics metrics_;
  StoredLabels labels_;
  std::atomic<bool> show_target_label_{false};
  Slot run_;  // Taken by the one run that is in flight.

  mutable Mutex mutex_;
  SeriesWriter writer_ SW_GUARDED_BY(mutex_);
  SnapshotPtr snapshot_ SW_GUARDED_BY(mutex_);
  std::optional<InFlight> in_flight_ SW_GUARDED_BY(mutex_);
  TimePoint last_told_ SW_GUARDED_BY(mutex_);
  bool told_down_ SW_GUARDED_BY(mutex_) = false;
  bool told_refused_ SW_GUARDED_BY(mutex_) = false;
  bool retired_ SW_GUARDED_BY(mutex_) = false;
};

}  // namespace sidewatch::scrape
