#include "exporter/scrape/scrape_manager.h"

#include <algorithm>
#include <map>

namespace sidewatch::scrape {
namespace {

constexpr auto kStopPatience = std::chrono::seconds(1);

/// Whether a target that runs may go on under the new configuration.
bool SameConfig(const TargetConfig& known, const TargetConfig& wanted) {
  return known.kind == wanted.kind && known.name == wanted.name &&
         known.fingerprint == wanted.fingerprint && known.interval == wanted.interval &&
         known.timeout == wanted.timeout && known.labels == wanted.labels;
}

/// What a loop's thread holds: enough to end long after everything else, should its collector hang.
struct LoopThread {
  std::shared_ptr<TargetLoop> loop;
  std::stop_source stop;
  Waker waker;
  Waker ended_waker;
  std::atomic<bool> ended{false};
};

}  // namespace

struct ScrapeManager::Running {
  std::shared_ptr<LoopThread> state;
  std::thread thread;

  void RequestStop() const { state->stop.request_stop(); }

  /// False if the thread was left hanging in its collector.
  bool Join(SteadyTime deadline) {
    while (!state->ended && std::chrono::steady_clock::now() < deadline) {
      state->ended_waker.WaitUntil({}, deadline);
    }
    if (state->ended) {
      thread.join();
      return true;
    }
    thread.detach();
    return false;
  }
};

ScrapeManager::ScrapeManager(const LoopDeps& deps) : deps_(deps) {
  deps_.run_started = [this] {
    overdue_.Wake();
  };
  supervisor_ = std::jthread([this](const std::stop_token& stop) { Supervise(stop); });
}

ScrapeManager::~ScrapeManager() {
  Stop();
}

std::unique_ptr<ScrapeManager::Running> ScrapeManager::Start(Target target,
                                                             bool show_target_label) {
  auto state = std::make_shared<LoopThread>();
  state->loop = std::make_shared<TargetLoop>(std::move(target), deps_);
  state->loop->ShowTargetLabel(show_target_label);
  auto running = std::make_unique<Running>();
  running->state = state;
  running->thread = std::thread([state] {
    state->loop->Run(state->stop.get_token(), state->waker);
    state->ended = true;
    state->ended_waker.Wake();
  });
  return running;
}

void ScrapeManager::Apply(std::vector<Target> targets) {
  std::map<std::string, int> per_kind;
  for (const Target& target : targets) {
    ++per_kind[target.config.kind];
  }
  std::vector<std::unique_ptr<Running>> old;
  {
    const MutexLock lock(mutex_);
    old = std::exchange(running_, {});
  }
  std::vector<std::unique_ptr<Running>> next;
  std::vector<Target> fresh;
  for (Target& target : targets) {
    const auto same = std::ranges::find_if(old, [&](const auto& running) {
      return running && SameConfig(running->state->loop->config(), target.config);
    });
    if (same == old.end()) {
      fresh.push_back(std::move(target));
    } else {
      next.push_back(std::move(*same));
    }
  }
  for (const auto& running : old) {
    if (running) {
      running->RequestStop();
    }
  }
  for (const auto& running : old) {
    if (running) {
      running->Join(std::chrono::steady_clock::now() + kStopPatience);
      running->state->loop->Retire(/*end_series=*/true);
    }
  }
  for (const auto& running : next) {
    running->state->loop->ShowTargetLabel(per_kind[running->state->loop->config().kind] > 1);
  }
  for (Target& target : fresh) {
    const bool show_target_label = per_kind[target.config.kind] > 1;
    next.push_back(Start(std::move(target), show_target_label));
  }
  const MutexLock lock(mutex_);
  running_ = std::move(next);
}

std::vector<std::shared_ptr<TargetLoop>> ScrapeManager::Loops() const {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<TargetLoop>> loops;
  loops.reserve(running_.size());
  for (const auto& running : running_) {
    loops.push_back(running->state->loop);
  }
  return loops;
}

std::vector<SnapshotPtr> ScrapeManager::Snapshots() const {
  const auto loops = Loops();
  std::vector<SnapshotPtr> snapshots;
  // What is collected on reading comes first: a failure that it counts is then never missing below.
  for (const auto& loop : loops) {
    if (loop->spec().collect_on_read) {
      snapshots.push_back(std::make_shared<const Snapshot>(loop->CollectNow({})));
    }
  }
  for (const auto& loop : loops) {
    SnapshotPtr snapshot = loop->spec().collect_on_read ? nullptr : loop->snapshot();
    if (snapshot) {
      snapshots.push_back(std::move(snapshot));
    }
  }
  return snapshots;
}

std::vector<std::pair<TargetConfig, SnapshotPtr>> ScrapeManager::CollectNow(
    const std::vector<std::string>& kinds, const std::stop_token& stop) const {
  std::vector<std::pair<TargetConfig, SnapshotPtr>> found;
  for (const auto& loop : Loops()) {
    if (std::ranges::find(kinds, loop->config().kind) != kinds.end()) {
      found.emplace_back(loop->config(), std::make_shared<const Snapshot>(loop->CollectNow(stop)));
    }
  }
  return found;
}

std::vector<TargetStatus> ScrapeManager::Statuses() const {
  std::vector<TargetStatus> statuses;
  for (const auto& loop : Loops()) {
    statuses.push_back({.config = loop->config(), .last = loop->snapshot()});
  }
  return statuses;
}

bool ScrapeManager::AllTriedOnce() const {
  return std::ranges::all_of(Loops(), [](const auto& loop) { return loop->snapshot() != nullptr; });
}

void ScrapeManager::Supervise(const std::stop_token& stop) {
  // Only a fallback: each run that starts wakes the supervisor.
  constexpr auto kIdle = std::chrono::minutes(10);
  while (!stop.stop_requested()) {
    const SteadyTime now = deps_.clock.Steady();
    SteadyTime next = now + kIdle;
    for (const auto& loop : Loops()) {
      loop->GiveUpOverdue(now);
      if (const auto overdue = loop->NextOverdue()) {
        next = std::min(next, *overdue);
      }
    }
    overdue_.WaitUntil(stop, next);
  }
}

bool ScrapeManager::Stop() {
  supervisor_.request_stop();
  std::vector<std::unique_ptr<Running>> old;
  {
    const MutexLock lock(mutex_);
    old = std::exchange(running_, {});
  }
  for (const auto& running : old) {
    running->RequestStop();
  }
  const SteadyTime deadline = std::chrono::steady_clock::now() + kStopPatience;
  bool all_ended = true;
  for (const auto& running : old) {
    all_ended = running->Join(deadline) && all_ended;
    // The process ends or its storage does: the series go on at the next start.
    running->state->loop->Retire(/*end_series=*/false);
  }
  return all_ended;
}

}  // namespace sidewatch::scrape
