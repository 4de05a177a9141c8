#include "alerts/rules/rule_manager.h"

#include <algorithm>
#include <utility>

#include "alerts/rules/evaluation_pool.h"

namespace sidewatch::alerts::rules {
namespace {

/// How often an unready program is asked again, and the longest sleep.
constexpr Duration kReadyPoll = std::chrono::milliseconds(100);
constexpr Duration kLongestSleep = std::chrono::seconds(60);
/// Groups that are evaluated at once.
constexpr std::size_t kMostAtOnce = 8;

RecordedExprs RecordedIn(const std::vector<GroupConfig>& groups) {
  RecordedExprs recorded;
  for (const GroupConfig& group : groups) {
    for (const RuleConfig& rule : group.rules) {
      if (rule.kind == RuleKind::kRecording) {
        recorded[rule.name].push_back(rule.query.expr);
      }
    }
  }
  return recorded;
}

}  // namespace

RuleManager::RuleManager(GroupDeps deps, ManagerHooks hooks, prometheus::Registry& registry)
    : deps_(std::move(deps)), hooks_(std::move(hooks)), metrics_(registry) {
  LoadStates();
}

RuleManager::~RuleManager() = default;

void RuleManager::LoadStates() {
  if (deps_.store == nullptr) {
    return;
  }
  const auto all = deps_.store->LoadAll();
  if (!all) {
    deps_.log.Error("saved alert states cannot be read; timers start anew",
                    {{"error", all.error().message}});
    return;
  }
  for (const auto& [key, bytes] : *all) {
    Result<std::vector<RuleState>> states = DecodeState(bytes);
    if (states) {
      saved_.emplace(key, *std::move(states));
    } else {
      deps_.log.Error("the saved alert states of a group cannot be read; its timers start anew",
                      {{"group", key}, {"error", states.error().message}});
    }
  }
}

void RuleManager::Apply(std::vector<GroupConfig> groups) {
  {
    const MutexLock lock(mutex_);
    pending_ = std::move(groups);
  }
  waker_.Wake();
}

/// A group that takes over from its like among `before`, or from what an earlier run saved.
RuleManager::Running RuleManager::Succeed(GroupConfig config, std::vector<Running>& before) {
  const std::string key = config.Key();
  Running next{.group = std::make_unique<RuleGroup>(std::move(config), deps_),
               .metrics = {},
               .next = std::nullopt};
  const auto known = std::ranges::find_if(before, [&](const Running& running) {
    return running.group && running.group->config().Key() == key;
  });
  if (known == before.end()) {
    next.metrics = metrics_.Add(key);
    if (const auto states = saved_.find(key); states != saved_.end()) {
      next.group->Restore(states->second);
    }
    return next;
  }
  next.group->TakeOver(*known->group);
  next.metrics = known->metrics;
  if (known->next && known->group->interval() == next.group->interval()) {
    next.next = known->next;
  }
  known->group.reset();
  return next;
}

/// Takes the groups that Apply left, if it did.
void RuleManager::Exchange(TimePoint now) {
  std::optional<std::vector<GroupConfig>> configs;
  {
    const MutexLock lock(mutex_);
    configs = std::exchange(pending_, std::nullopt);
  }
  if (!configs) {
    return;
  }
  std::vector<Running> before = std::exchange(running_, {});
  deps_.recorded = RecordedIn(*configs);
  for (GroupConfig& config : *configs) {
    Running next = Succeed(std::move(config), before);
    next.metrics.rules->Set(static_cast<double>(next.group->config().rules.size()));
    next.metrics.interval->Set(std::chrono::duration<double>(next.group->interval()).count());
    running_.push_back(std::move(next));
  }
  for (Running& gone : before) {
    if (gone.group) {
      retired_.push_back(std::move(gone));
    }
  }
  Retire(now);
  Publish();
}

/// Ends the series and forgets the states of groups that are gone, also of those that were saved by
/// an earlier run and are in no file any more.
void RuleManager::Retire(TimePoint now) {
  for (Running& gone : retired_) {
    RuleGroup nothing(
        GroupConfig{.file = gone.group->config().file, .name = gone.group->config().name}, deps_);
    nothing.TakeOver(*gone.group);
    nothing.EndSeries(now - gone.group->config().query_offset);
    metrics_.Remove(gone.metrics);
    saved_.emplace(gone.group->config().Key(), std::vector<RuleState>());
  }
  retired_.clear();
  for (const auto& [key, states] : saved_) {
    const bool alive = std::ranges::any_of(running_, [&, &name = key](const Running& running) {
      return running.group->config().Key() == name;
    });
    if (alive || deps_.store == nullptr) {
      continue;
    }
    if (const Status deleted = deps_.store->Delete(key); !deleted) {
      deps_.log.Warn("the alert states of a removed group are not deleted",
                     {{"group", key}, {"error", deleted.error().message}});
    }
  }
  saved_.clear();
}

void RuleManager::EvaluateGroup(Running& running, TimePoint now) {
  const Duration interval = running.group->interval();
  // The first time there is no slot to keep: what has just been collected is looked at now.
  const TimePoint at = running.next ? running.group->SlotAt(now) : now;
  const auto missed = running.next ? (at - *running.next) / interval : 0;
  const RuleGroup::Outcome outcome = running.group->Evaluate(at);
  const GroupMetrics& metrics = running.metrics;
  metrics.evaluations->Increment(static_cast<double>(outcome.evaluated));
  metrics.failures->Increment(static_cast<double>(outcome.failed));
  metrics.iterations->Increment(1 + static_cast<double>(missed));
  metrics.missed->Increment(static_cast<double>(missed));
  metrics.last_evaluation->Set(ToUnixSeconds(at));
  running.next = running.group->SlotAt(at) + interval;
  PublishOne(running);
}

TimePoint RuleManager::Tick(TimePoint now) {
  return Step(now, [&](Running& running) { EvaluateGroup(running, now); });
}

/// Hands what is due at `now` to `evaluate` and returns when to look again.
TimePoint RuleManager::Step(TimePoint now, const std::function<void(Running&)>& evaluate) {
  if (CollectDone()) {
    Exchange(now);
  } else if (HasPending()) {
    return now + kLongestSleep;  // The group that is done wakes us.
  }
  if (!told_ && hooks_.ready && !hooks_.ready()) {
    return now + kReadyPoll;
  }
  TimePoint wake = now + kLongestSleep;
  for (Running& running : running_) {
    if (running.busy) {
      continue;
    }
    // A clock that was set back must not stop the rules until it has caught up.
    if (running.next && *running.next - now > running.group->interval()) {
      running.next.reset();
    }
    if (!running.next || *running.next <= now) {
      evaluate(running);
    }
    if (!running.busy) {
      wake = std::min(wake, *running.next);
    }
  }
  TellOnce();
  return wake;
}

/// Takes back the groups that other threads have evaluated. True: none is at work.
bool RuleManager::CollectDone() {
  {
    const MutexLock lock(mutex_);
    for (const std::size_t index : done_) {
      running_[index].busy = false;
    }
    done_.clear();
  }
  return std::ranges::none_of(running_, &Running::busy);
}

bool RuleManager::HasPending() const {
  const MutexLock lock(mutex_);
  return pending_.has_value();
}

void RuleManager::TellOnce() {
  const bool all = std::ranges::all_of(
      running_, [](const Running& running) { return !running.busy && running.next; });
  if (told_ || !all) {
    return;
  }
  told_ = true;
  {
    const MutexLock lock(mutex_);
    evaluated_all_ = true;
  }
  if (hooks_.evaluated_all) {
    hooks_.evaluated_all();
  }
}

/// Gives a group back to the thread of Run.
void RuleManager::Finish(const Running& running) {
  {
    const MutexLock lock(mutex_);
    done_.push_back(static_cast<std::size_t>(&running - running_.data()));
  }
  waker_.Wake();
}

void RuleManager::Run(const std::stop_token& stop) {
  EvaluationPool pool(kMostAtOnce);
  const auto hand_out = [&](Running& running) {
    running.busy = true;
    pool.Add([this, &running] {
      EvaluateGroup(running, deps_.clock.Now());
      Finish(running);
    });
  };
  while (!stop.stop_requested()) {
    const TimePoint next = Step(deps_.clock.Now(), hand_out);
    const Duration sleep = std::max(Duration(0), next - deps_.clock.Now());
    waker_.WaitUntil(stop, deps_.clock.Steady() + sleep);
  }
}

bool RuleManager::EvaluatedAll() const {
  const MutexLock lock(mutex_);
  return evaluated_all_;
}

std::vector<std::shared_ptr<const GroupView>> RuleManager::Groups() const {
  const MutexLock lock(mutex_);
  return views_;
}

void RuleManager::Publish() {
  std::vector<std::shared_ptr<const GroupView>> views;
  for (const Running& running : running_) {
    views.push_back(std::make_shared<const GroupView>(running.group->View()));
  }
  const MutexLock lock(mutex_);
  views_ = std::move(views);
}

void RuleManager::PublishOne(const Running& running) {
  auto view = std::make_shared<const GroupView>(running.group->View());
  running.metrics.duration->Observe(view->evaluation_seconds);
  running.metrics.last_duration->Set(view->evaluation_seconds);
  const auto index = static_cast<std::size_t>(&running - running_.data());
  const MutexLock lock(mutex_);
  views_[index] = std::move(view);
}

}  // namespace sidewatch::alerts::rules
