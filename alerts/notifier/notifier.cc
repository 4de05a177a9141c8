#include "alerts/notifier/notifier.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include "alerts/notifier/generation.h"
#include "alerts/notifier/state_stores.h"
#include "exporter/model/register_row.h"

namespace sidewatch::alerts {
namespace {

constexpr Duration kCleaningInterval = std::chrono::minutes(15);

constexpr std::array kRows = {
    MetricDescriptor{.name = "sidewatch_alerts_refused_total",
                     .type = MetricType::kCounter,
                     .help = "New alerts that were not taken because there are too many.",
                     .source = "the dispatcher"},
};
static_assert(DescriptorsAreSound(kRows));

prometheus::Counter& RefusedCounter(prometheus::Registry& registry) {
  return RegisterRow(prometheus::BuildCounter(), kRows[0], registry).Add({});
}

std::function<double()> MakeJitter() {
  auto engine = std::make_shared<std::minstd_rand>(std::random_device()());
  auto mutex = std::make_shared<Mutex>();
  return [engine, mutex] {
    const MutexLock lock(*mutex);
    return std::uniform_real_distribution<double>()(*engine);
  };
}

void Record(const NotifierDeps& deps, std::span<const HistoryEvent> events) {
  if (deps.history != nullptr) {
    deps.history->Record(events);
  }
}

std::map<std::uint64_t, History::Firing> FiringAtLast(const NotifierDeps& deps) {
  return deps.history == nullptr ? std::map<std::uint64_t, History::Firing>()
                                 : deps.history->FiringAtLast();
}

}  // namespace

std::span<const MetricDescriptor> Notifier::Rows() {
  return kRows;
}

Notifier::Notifier(std::unique_ptr<NotificationConfig> config, const NotifierDeps& deps)
    : deps_(deps),
      metrics_(deps.registry),
      refused_(RefusedCounter(deps.registry)),
      ledger_(deps.database, deps.log),
      watch_(FiringAtLast(deps), deps.dispatch.max_alerts),
      escalation_store_(std::make_unique<EscalationStore>(deps.database)),
      escalations_(*escalation_store_, deps.log),
      dispatcher_(config->routes, deps.dispatch),
      timers_(std::make_unique<StateTimers>(deps.database)),
      loop_(
          dispatcher_,
          deps.clock,
          *timers_,
          [this](const GroupFlush& flush) { return Flush(flush); },
          deps.log),
      generation_(MakeGeneration(std::move(config))),
      last_cleaning_(deps.clock.Now()) {
  {
    const MutexLock lock(mutex_);
    generation_->pipeline.Resume(ledger_.TakeWaiting());
    generation_->pipeline.Start();
  }
  thread_ = std::jthread([this](const std::stop_token& stop) {
    try {
      Run(stop);
    } catch (const std::exception& stray) {
      deps_.log.Error("BUG: dispatch ended by an exception", {{"error", stray.what()}});
    }
  });
}

void Notifier::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const std::vector<Alert> refused = refusals_.Take(); !refused.empty()) {
      Put(refused);
    }
    loop_.Wait(stop, loop_.RunOnce());
  }
}

Notifier::~Notifier() {
  Stop();
}

void Notifier::Stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  const MutexLock lock(mutex_);
  generation_->pipeline.Stop();
}

std::unique_ptr<Generation> Notifier::MakeGeneration(std::unique_ptr<NotificationConfig> config) {
  return std::make_unique<Generation>(std::move(config),
                                      deps_.muters,
                                      IntegrationDeps{.clock = deps_.clock,
                                                      .ledger = ledger_,
                                                      .metrics = metrics_,
                                                      .log = deps_.log,
                                                      .jitter = MakeJitter(),
                                                      .backoff = deps_.backoff,
                                                      .history = deps_.history,
                                                      .on_given_up = [this](const GivenUp& what) {
                                                        refusals_.Note(what, deps_.clock.Now());
                                                        loop_.Wake();
                                                      }});
}

void Notifier::Put(std::span<const Alert> alerts, Origin origin) {
  std::vector<Alert> labelled(alerts.begin(), alerts.end());
  const MutexLock turn(turn_);
  const TimePoint now = deps_.clock.Now();
  if (origin == Origin::kOwnRules) {
    const MutexLock lock(mutex_);
    generation_->AddLabels(labelled);
  }
  // It stands in the history before anybody hears of it.
  const AlertWatch::News news = watch_.See(labelled, now);
  Record(deps_, news.events);
  std::size_t refused = 0;
  {
    const MutexLock lock(mutex_);
    refused = dispatcher_.Put(labelled, now);
    if (refused > 0) {
      std::erase_if(labelled, [&](const Alert& alert) {
        return !alert.ResolvedAt(now) && !dispatcher_.Holds(Fingerprint(alert.labels));
      });
    }
    // No flush comes in between: before that it is known what they inhibit.
    generation_->inhibitor.Put(labelled, now);
  }
  if (refused > 0) {
    refused_.Increment(static_cast<double>(refused));
    deps_.log.Error("alerts refused, too many are active",
                    {{"refused", refused}, {"limit", deps_.dispatch.max_alerts}});
  }
  TellEnded(news);
  loop_.Wake();
}

void Notifier::TellEnded(const AlertWatch::News& news) {
  if (news.ended.empty()) {
    return;
  }
  if (deps_.acknowledgements != nullptr) {
    deps_.acknowledgements->NoteEnded(news.ended);
  }
  if (deps_.on_ended) {
    deps_.on_ended(news.ended);
  }
}

void Notifier::Ready() {
  {
    const MutexLock lock(mutex_);
    ready_at_ = deps_.clock.Now();
  }
  loop_.Ready();
}

void Notifier::Maintain() {
  const TimePoint now = deps_.clock.Now();
  std::optional<TimePoint> ready_at;
  {
    const MutexLock lock(mutex_);
    ready_at = ready_at_;
  }
  if (!ready_at) {
    return;
  }
  const Duration patience = resolve_timeout();
  const MutexLock turn(turn_);
  const AlertWatch::News news = watch_.SeeTime(now, ready_at, patience);
  TellEnded(news);
  Record(deps_, news.events);
  {
    const MutexLock lock(mutex_);
    generation_->inhibitor.Collect(now);
  }
  if (*ready_at + patience > now) {
    return;
  }
  EndWhatWasLost(now);
  if (deps_.acknowledgements != nullptr) {
    deps_.acknowledgements->Retain(
        [this](std::uint64_t fingerprint) { return watch_.Watches(fingerprint); });
  }
  std::set<std::string, std::less<>> group_ids;
  for (const auto& [id, next_flush] : dispatcher_.Timers()) {
    group_ids.insert(id);
  }
  escalations_.Retain(group_ids);
}

/// Tells the end of what somebody was told of and nobody knows any more: its rule went while the
/// program was away, its end waited when the program ended, a reload led it elsewhere.
void Notifier::EndWhatWasLost(TimePoint now) {
  if (deps_.history == nullptr) {
    return;
  }
  std::set<std::uint64_t> told;
  {
    const MutexLock lock(mutex_);
    told = generation_->pipeline.ToldFiring();
  }
  std::erase_if(told, [this](std::uint64_t fingerprint) { return dispatcher_.Holds(fingerprint); });
  const std::set<std::uint64_t> before = std::exchange(lost_, told);
  std::erase_if(told,
                [&before](std::uint64_t fingerprint) { return before.contains(fingerprint); });
  if (told.empty()) {
    return;
  }
  std::vector<Alert> ended;
  for (auto& [fingerprint, alert] : deps_.history->LastKnown(told)) {
    alert.ends_at = std::min(alert.ends_at.value_or(now), now);
    ended.push_back(std::move(alert));
  }
  {
    const MutexLock lock(mutex_);
    dispatcher_.Put(ended, now, Dispatcher::Ends::kOwed);
  }
  loop_.Wake();
}

FlushOutcome Notifier::Flush(const GroupFlush& due) {
  const MutexLock turn(turn_);
  GroupFlush flush = due;
  dispatcher_.Refresh(flush, deps_.clock.Now());
  const AlertWatch::News news = watch_.See(flush.alerts, flush.at);
  TellEnded(news);
  Record(deps_, news.events);
  const MutexLock lock(mutex_);
  DeleteExpired();
  return FlushThrough(flush);
}

FlushOutcome Notifier::FlushThrough(const GroupFlush& flush) {
  const Acknowledgements* acknowledgements = deps_.acknowledgements;
  Pipeline& pipeline = generation_->pipeline;
  GroupFlush left = pipeline.Sift(flush);
  left.acknowledged =
      acknowledgements != nullptr && acknowledgements->HoldsAllFiring(left.alerts, flush.at);
  Record(deps_, watch_.SeeHeld(left));
  // Alone for the levels it settles nothing: the route's own receiver may not know yet.
  FlushResult result = flush.only_escalate ? FlushResult::kWaiting : pipeline.Tell(left);
  const Escalations::Plan plan =
      escalations_.Advance(flush, left, [acknowledgements](std::uint64_t fingerprint) {
        return acknowledgements != nullptr && acknowledgements->Holds(fingerprint);
      });
  for (const Escalations::Level& level : plan.levels) {
    if (pipeline.Tell(level.left) == FlushResult::kWaiting) {
      result = FlushResult::kWaiting;
    }
  }
  if (result == FlushResult::kSettled) {
    escalations_.Settle(flush);
  }
  return {result, plan.next};
}

void Notifier::DeleteExpired() {
  const TimePoint now = deps_.clock.Now();
  if (now - last_cleaning_ >= kCleaningInterval) {
    last_cleaning_ = now;
    ledger_.DeleteExpired(now);
  }
}

void Notifier::Apply(std::unique_ptr<NotificationConfig> config) {
  std::unique_ptr<Generation> next = MakeGeneration(std::move(config));
  const TimePoint now = deps_.clock.Now();
  {
    const MutexLock lock(mutex_);
    generation_->pipeline.Stop();
    next->pipeline.Resume(generation_->pipeline.TakePending());
    dispatcher_.Apply(next->routes, now);
    for (const AlertPtr& alert : dispatcher_.Alerts()) {
      next->inhibitor.Put({alert.get(), 1}, now);
    }
    std::swap(generation_, next);
    generation_->pipeline.Start();
  }
  loop_.Wake();
}

std::vector<Notifier::Mute> Notifier::MutedBy(const Alert& alert) const {
  const MutexLock lock(mutex_);
  std::vector<const Muter*> muters = {&generation_->inhibitor};
  muters.insert(muters.end(), deps_.muters.begin(), deps_.muters.end());
  std::vector<Mute> mutes;
  for (const Muter* muter : muters) {
    std::vector<std::string> by = muter->MutedBy(alert, deps_.clock.Now());
    if (!by.empty()) {
      mutes.push_back({muter->reason(), std::move(by)});
    }
  }
  return mutes;
}

std::vector<std::string> Notifier::TimesMuting(const GroupView& group) const {
  const TimePoint now = deps_.clock.Now();
  const MutexLock lock(mutex_);
  const TimeIntervals& intervals = generation_->intervals;
  if (!group.active_time_intervals.empty() &&
      intervals.Holding(group.active_time_intervals, now).empty()) {
    return group.active_time_intervals;
  }
  return intervals.Holding(group.mute_time_intervals, now);
}

std::vector<std::string> Notifier::ReceiversOf(const LabelSet& labels) const {
  const MutexLock lock(mutex_);
  std::vector<std::string> names;
  for (const Route* route : generation_->routes->Match(labels)) {
    names.push_back(route->settings.receiver);
  }
  return names;
}

std::vector<std::string> Notifier::Receivers() const {
  const MutexLock lock(mutex_);
  return generation_->receivers;
}

Duration Notifier::resolve_timeout() const {
  const MutexLock lock(mutex_);
  return generation_->resolve_timeout;
}

}  // namespace sidewatch::alerts
