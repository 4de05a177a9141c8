#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/scrape/target_loop.h"

namespace sidewatch::scrape {

/// How a target stands, for /api/v1/targets and the page.
struct TargetStatus {
  TargetConfig config;
  SnapshotPtr last;  ///< Null before the first run.
};

/// Runs all targets in the background, each in a loop and thread of its own, and a supervisor that
/// gives up the runs that hang.
///
/// Threads: safe.
class ScrapeManager {
 public:
  explicit ScrapeManager(const LoopDeps& deps);
  ScrapeManager(const ScrapeManager&) = delete;
  ScrapeManager& operator=(const ScrapeManager&) = delete;

  /// Stops as Stop() does.
  ~ScrapeManager();

  /// Makes `targets` the ones that run. Those whose configuration is as before run on undisturbed;
  /// the series of those that are gone end.
  void Apply(std::vector<Target> targets);

  /// The newest snapshot of every target that has run, in a stable order.
  std::vector<SnapshotPtr> Snapshots() const;

  /// Runs the targets of the named kinds now, in the caller's thread and within their timeouts.
  /// Nothing of it is stored or kept for Snapshots().
  std::vector<std::pair<TargetConfig, SnapshotPtr>> CollectNow(
      const std::vector<std::string>& kinds, const std::stop_token& stop) const;

  std::vector<TargetStatus> Statuses() const;

  /// True once every target has been run once, or was given up.
  bool AllTriedOnce() const;

  /// Ends all loops. False if a collector still hangs after a second: its thread was left alone,
  /// and the program must end without destroying what the collectors use.
  bool Stop();

 private:
  struct Running;

  std::vector<std::shared_ptr<TargetLoop>> Loops() const;
  std::unique_ptr<Running> Start(Target target, bool show_target_label);
  void Supervise(const std::stop_token& stop);

  LoopDeps deps_;
  Waker overdue_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Running>> running_ SW_GUARDED_BY(mutex_);
  std::jthread supervisor_;
};

}  // namespace sidewatch::scrape
