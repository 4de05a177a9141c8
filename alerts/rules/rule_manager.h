#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "alerts/rules/rule_group.h"
#include "alerts/rules/rule_metrics.h"
#include "alerts/rules/rule_state.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts::rules {

/// What the manager asks of the program around it.
struct ManagerHooks {
  /// True once every target has been tried: rules are not evaluated before. Absent: at once.
  std::function<bool()> ready;
  /// Called once, when every group has been evaluated for the first time.
  std::function<void()> evaluated_all;
};

/// Evaluates all rule groups in time.
///
/// Its life: made, Apply() with the groups of the files, Run() in a thread of the owner. A group is
/// first evaluated as soon as the program is ready, then at times of its own (RuleGroup::SlotAt).
///
/// Run evaluates groups beside each other, the rules of one group in their order: a slow group
/// delays no other. An evaluation whose time passes while the former goes on is left out and
/// counted as missed. New groups wait until those at work are done.
///
/// Threads: Run or Tick in one thread; Apply and Groups from any.
class RuleManager {
 public:
  /// Loads the saved states. Lifetime: what `deps` refers to, and `registry`, outlive the manager.
  RuleManager(GroupDeps deps, ManagerHooks hooks, prometheus::Registry& registry);
  RuleManager(const RuleManager&) = delete;
  RuleManager& operator=(const RuleManager&) = delete;
  ~RuleManager();

  /// Makes `groups` (read without errors) those that are evaluated, all at once, before the next
  /// evaluation. Rules that ask the same question as before keep their alerts, also when `for`,
  /// `keep_firing_for` or annotations changed; what the others have written ends.
  void Apply(std::vector<GroupConfig> groups);

  /// Evaluates what is due at `now`, one after the other, and returns when to look again.
  TimePoint Tick(TimePoint now);

  /// Ticks until stopped.
  void Run(const std::stop_token& stop);

  /// True once every group was evaluated.
  bool EvaluatedAll() const;

  /// All groups as of their last evaluation, in the order of the files.
  std::vector<std::shared_ptr<const GroupView>> Groups() const;

 private:
  struct Running {
    std::unique_ptr<RuleGroup> group;
    GroupMetrics metrics;
    std::optional<TimePoint> next;  ///< Absent: as soon as possible.
    bool busy = false;              ///< At work in another thread, which owns the rest meanwhile.
  };

  void LoadStates();
  void Exchange(TimePoint now);
  Running Succeed(GroupConfig config, std::vector<Running>& before);
  void Retire(TimePoint now);
  TimePoint Step(TimePoint now, const std::function<void(Running&)>& evaluate);
  bool CollectDone();
  bool HasPending() const;
  void TellOnce();
  void Finish(const Running& running);
  void EvaluateGroup(Running& running, TimePoint now);
  void Publish();
  void PublishOne(const Running& running);

  GroupDeps deps_;
  ManagerHooks hooks_;
  RuleMetrics metrics_;
  Waker waker_;
  bool told_ = false;
  std::vector<Running> running_;
  std::vector<Running> retired_;
  std::map<std::string, std::vector<RuleState>, std::less<>> saved_;

  mutable Mutex mutex_;
  std::optional<std::vector<GroupConfig>> pending_ SW_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<const GroupView>> views_ SW_GUARDED_BY(mutex_);
  bool evaluated_all_ SW_GUARDED_BY(mutex_) = false;
  std::vector<std::size_t> done_ SW_GUARDED_BY(mutex_);  ///< Places in running_.
};

}  // namespace sidewatch::alerts::rules
