#include "alerts/pipeline/integration.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/duration.h"

namespace sidewatch::alerts {
namespace {

constexpr Duration kLongestWait = std::chrono::seconds(30);
// Also covers the unknown repeat interval of what comes out of the outbox after a restart.
constexpr Duration kLogSlack = std::chrono::hours(120);

/// The log's entry outlives the next repeat, which renews it.
TimePoint ExpiryOf(Duration repeat_interval, TimePoint at) {
  return at + 2 * repeat_interval + kLogSlack;
}

/// What the receiver knows once it has the notification.
AlertSets SetsOf(const Notification& notification) {
  AlertSets sets = AlertSets::Of(notification.alerts, notification.at);
  std::vector<std::uint64_t> firing;
  std::ranges::set_union(sets.firing, notification.still_known, std::back_inserter(firing));
  sets.firing = std::move(firing);
  return sets;
}

double Seconds(SteadyTime::duration elapsed) {
  return std::chrono::duration<double>(elapsed).count();
}

}  // namespace

Integration::Integration(IntegrationConfig config, const IntegrationDeps& deps)
    : config_(std::move(config)),
      deps_(deps),
      metrics_(deps.metrics.ForIntegration(config_.kind, config_.receiver)) {}

Integration::~Integration() {
  const MutexLock lock(mutex_);
  metrics_.pending.Decrement(static_cast<double>(pending_.size()));
}

void Integration::Resume(Ledger::Waiting waiting) {
  const MutexLock lock(mutex_);
  Pending pending;
  pending.ticket = waiting.ticket;
  pending.attempts = waiting.attempts;
  pending.due = deps_.clock.Now();
  std::string key = waiting.notification.group_key;
  pending.notification = std::make_shared<const Notification>(std::move(waiting.notification));
  Add(std::move(key), std::move(pending));
}

void Integration::AddFiring(std::set<std::uint64_t>& told) const {
  const MutexLock lock(mutex_);
  for (const auto& [group_key, fingerprints] : deps_.ledger.FiringOf(config_.name)) {
    if (!pending_.contains(group_key)) {
      told.insert(fingerprints.begin(), fingerprints.end());
    }
  }
}

void Integration::Add(std::string group_key, Pending pending) {
  const bool added = pending_.insert_or_assign(std::move(group_key), std::move(pending)).second;
  metrics_.pending.Increment(added ? 1 : 0);
  waker_.Wake();
}

GroupKnowledge Integration::Known(const std::string& group_key) const {
  GroupKnowledge known{deps_.ledger.LastTold(config_.name, group_key)};
  if (const auto pending = pending_.find(group_key); pending != pending_.end()) {
    known.waiting = pending->second.notification.get();
  }
  return known;
}

FlushResult Integration::Offer(const GroupFlush& flush) {
  const MutexLock lock(mutex_);
  Owed owed = OwedOf(
      flush, Known(flush.group_key), config_.send_resolved && config_.send_resolved_when_muted);
  if (!owed.forgotten.empty()) {
    Forget(flush, owed);
  }
  // Whether anything is to be said or not: without the log the end would be told to nobody.
  deps_.ledger.Renew(config_.name, flush.group_key, ExpiryOf(flush.repeat_interval, flush.at));
  const bool postponed = owed.postponed;
  if (owed.alerts.empty()) {
    return postponed || pending_.contains(flush.group_key) ? FlushResult::kWaiting
                                                           : FlushResult::kSettled;
  }
  const FlushResult result = OfferOwed(flush, std::move(owed));
  return postponed ? FlushResult::kWaiting : result;
}

FlushResult Integration::OfferOwed(const GroupFlush& flush, Owed owed) {
  const GroupKnowledge known = Known(flush.group_key);
  // What waits will be told: only what differs from it is news.
  const std::optional<Told> last =
      known.waiting == nullptr ? known.told : Told{SetsOf(*known.waiting), known.waiting->at};
  const AlertSets current = AlertSets::Of(owed.alerts, flush.at);
  const NotifyReason reason = NeedsUpdate(
      last, current, {flush.repeat_interval, config_.send_resolved, !flush.acknowledged}, flush.at);
  const bool waiting = known.waiting != nullptr;
  if (reason == NotifyReason::kNone) {
    return waiting ? FlushResult::kWaiting : FlushResult::kSettled;
  }
  if (current.firing.empty() && !config_.send_resolved) {
    if (waiting) {
      return FlushResult::kWaiting;
    }
    Notification cleared;
    cleared.group_key = flush.group_key;
    cleared.alerts = std::move(owed.alerts);
    cleared.at = flush.at;
    cleared.still_known = std::move(owed.still_known);
    deps_.ledger.Write(EntryFor(cleared, flush.repeat_interval));
    return FlushResult::kSettled;
  }
  Enqueue(flush, std::move(owed), reason);
  // The end of all is in the outbox with the rest: the group need not keep it.
  return FlushResult::kSettled;
}

void Integration::Enqueue(const GroupFlush& flush, Owed owed, NotifyReason reason) {
  auto notification = std::make_shared<Notification>();
  notification->receiver = flush.receiver;
  notification->group_key = flush.group_key;
  notification->group_labels = flush.group_labels;
  notification->route_labels = flush.route_labels;
  notification->alerts = std::move(owed.alerts);
  notification->still_known = std::move(owed.still_known);
  notification->at = flush.at;
  const bool is_first = reason == NotifyReason::kFirst && !flush.news_reason.empty();
  notification->reason = is_first ? flush.news_reason : std::string(NotifyReasonName(reason));
  if (!config_.send_resolved) {
    std::erase_if(notification->alerts,
                  [&](const Alert& alert) { return alert.ResolvedAt(flush.at); });
  }
  const auto older = pending_.find(flush.group_key);
  Pending pending;
  pending.attempts = older == pending_.end() ? 0 : older->second.attempts;
  pending.ticket = deps_.ledger.Enqueue(config_.name,
                                        *notification,
                                        pending.attempts,
                                        older == pending_.end() ? nullptr : &older->second.ticket);
  pending.notification = std::move(notification);
  pending.repeat_interval = flush.repeat_interval;
  pending.due = flush.at;
  Add(flush.group_key, std::move(pending));
}

// Taken out of the log they are news when they fire again.
void Integration::Forget(const GroupFlush& flush, const Owed& owed) {
  const std::optional<Told> told = deps_.ledger.LastTold(config_.name, flush.group_key);
  if (!told) {
    return;
  }
  state::NotificationLogEntry entry;
  entry.group_key = flush.group_key;
  entry.integration = config_.name;
  entry.sent_at = told->at;
  entry.expires_at = ExpiryOf(flush.repeat_interval, flush.at);
  entry.resolved = told->alerts.resolved;
  entry.receiver_data = deps_.ledger.ReceiverData(config_.name, flush.group_key);
  entry.firing = told->alerts.firing;
  std::erase_if(entry.firing, [&owed](std::uint64_t fingerprint) {
    return std::ranges::find(owed.forgotten, fingerprint) != owed.forgotten.end();
  });
  if (entry.firing.size() != told->alerts.firing.size()) {
    deps_.ledger.Write(entry);
  }
}

void Integration::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::optional<TimePoint> next = RunOnce(stop);
    const Duration wait = next ? *next - deps_.clock.Now() : kLongestWait;
    waker_.WaitUntil(stop, deps_.clock.Steady() + std::clamp(wait, Duration::zero(), kLongestWait));
  }
}

Integration::PendingMap::iterator Integration::NextDue() {
  return std::ranges::min_element(pending_, {}, [](const auto& entry) { return entry.second.due; });
}

std::optional<TimePoint> Integration::RunOnce(const std::stop_token& stop) {
  Pending pending;
  {
    const MutexLock lock(mutex_);
    const auto next = NextDue();
    if (next == pending_.end() || finishing_) {
      return std::nullopt;
    }
    // The clock was set back: nothing waits longer than the longest backoff.
    const TimePoint now = deps_.clock.Now();
    next->second.due = std::min(next->second.due, now + deps_.backoff.longest);
    hold_until_ = std::min(hold_until_, now + hold_for_);
    const TimePoint due = std::max(next->second.due, hold_until_);
    if (due > now) {
      return due;
    }
    attempting_ = true;
    pending = next->second;
  }
  const Delivery delivery = Attempt(pending, stop);
  // An attempt that was cut short says nothing about the receiver; it is made again.
  if (delivery.outcome != Delivery::Outcome::kRetry || !stop.stop_requested()) {
    Conclude(pending, delivery);
  }
  const MutexLock lock(mutex_);
  attempting_ = false;
  idle_.notify_all();
  const auto next = NextDue();
  return next == pending_.end() ? std::nullopt : std::optional(next->second.due);
}

Delivery Integration::Attempt(const Pending& pending, const std::stop_token& stop) {
  const SteadyTime start = deps_.clock.Steady();
  Delivery delivery;
  try {
    Notification notification = *pending.notification;
    notification.receiver_data = deps_.ledger.ReceiverData(config_.name, notification.group_key);
    notification.max_shown = static_cast<std::size_t>(config_.max_alerts);
    const Duration patience =
        config_.timeout > Duration::zero() ? config_.timeout : deps_.attempt_timeout;
    delivery = config_.sender->Send(notification, start + patience, stop);
  } catch (const std::exception& stray) {
    delivery = {Delivery::Outcome::kRefused, fmt::format("internal error: {}", stray.what()), {}};
  }
  if (!delivery.receiver_data) {
    delivery.receiver_data =
        deps_.ledger.ReceiverData(config_.name, pending.notification->group_key);
  }
  metrics_.attempts.Increment();
  metrics_.latency.Observe(Seconds(deps_.clock.Steady() - start));
  return delivery;
}

void Integration::Conclude(const Pending& pending, const Delivery& delivery) {
  switch (delivery.outcome) {
    case Delivery::Outcome::kDelivered:
      Complete(pending, delivery);
      deps_.log.Debug("notification delivered",
                      {{"integration", config_.name},
                       {"group", pending.notification->group_key},
                       {"reason", pending.notification->reason}});
      if (!delivery.warning.empty()) {
        deps_.log.Warn("notification delivered in part",
                       {{"integration", config_.name},
                        {"group", pending.notification->group_key},
                        {"answer", delivery.warning}});
      }
      return;
    case Delivery::Outcome::kRefused:
      GiveUp(pending, "refused", delivery.answer);
      return;
    case Delivery::Outcome::kRetry:
      if (deps_.clock.Now() - pending.notification->at > deps_.max_age) {
        GiveUp(pending, "expired", delivery.answer);
      } else {
        Postpone(pending, delivery);
      }
      return;
  }
}

state::NotificationLogEntry Integration::EntryFor(const Notification& notification,
                                                  Duration repeat_interval) const {
  AlertSets sets = SetsOf(notification);
  state::NotificationLogEntry entry;
  entry.group_key = notification.group_key;
  entry.integration = config_.name;
  entry.sent_at = notification.at;
  entry.expires_at = ExpiryOf(repeat_interval, deps_.clock.Now());
  entry.firing = std::move(sets.firing);
  entry.resolved = std::move(sets.resolved);
  return entry;
}

void Integration::Complete(const Pending& pending, const Delivery& delivery) {
  state::NotificationLogEntry entry = EntryFor(*pending.notification, pending.repeat_interval);
  entry.receiver_data = delivery.receiver_data.value_or("");
  deps_.ledger.Complete(pending.ticket, entry);
  Remove(pending, true);
  Record(HistoryKind::kSent, pending, delivery.answer);
}

void Integration::Remove(const Pending& pending, bool told) {
  const MutexLock lock(mutex_);
  const auto found = pending_.find(pending.notification->group_key);
  if (found == pending_.end()) {
    return;
  }
  Pending& current = found->second;
  if (current.ticket == pending.ticket) {
    pending_.erase(found);
    metrics_.pending.Decrement();
    return;
  }
  // A newer state has taken its place during the attempt.
  current.attempts = 0;
  if (told) {
    auto rest = std::make_shared<Notification>(*current.notification);
    RemoveToldEnds(*pending.notification, rest->alerts);
    if (rest->alerts.empty()) {
      deps_.ledger.Drop(current.ticket);
      pending_.erase(found);
      metrics_.pending.Decrement();
      return;
    }
    current.notification = std::move(rest);
  }
}

void Integration::Record(HistoryKind kind, const Pending& pending, std::string_view answer) const {
  if (deps_.history == nullptr) {
    return;
  }
  const Notification& notification = *pending.notification;
  HistoryEvent event{.at = deps_.clock.Now(), .kind = kind, .alerts = notification.alerts};
  event.receiver = config_.receiver;
  event.integration = config_.name;
  event.to = config_.to;
  event.group_key = notification.group_key;
  event.reason = notification.reason;
  event.answer = answer;
  deps_.history->Record({&event, 1});
}

void Integration::GiveUp(const Pending& pending, std::string_view reason, std::string_view answer) {
  deps_.ledger.Drop(pending.ticket);
  Remove(pending, false);
  Record(HistoryKind::kGivenUp, pending, answer);
  deps_.metrics.Failed(config_.kind, config_.receiver, reason);
  deps_.log.Error("notification given up",
                  {{"integration", config_.name},
                   {"group", pending.notification->group_key},
                   {"reason", reason},
                   {"answer", answer}});
  if (deps_.on_given_up) {
    deps_.on_given_up({config_.receiver, config_.name, reason, answer});
  }
}

void Integration::Postpone(const Pending& pending, const Delivery& delivery) {
  const std::int64_t attempts = pending.attempts + 1;
  if (attempts == 1) {
    Record(HistoryKind::kFailed, pending, delivery.answer);
  }
  const Duration wait = Backoff(deps_.backoff, attempts, deps_.jitter());
  {
    const MutexLock lock(mutex_);
    const TimePoint now = deps_.clock.Now();
    if (delivery.retry_after) {
      hold_for_ = std::min(*delivery.retry_after, deps_.max_age);
      hold_until_ = now + hold_for_;
    }
    const auto found = pending_.find(pending.notification->group_key);
    if (found != pending_.end()) {
      found->second.attempts = attempts;
      found->second.due = now + wait;
      deps_.ledger.Postpone(
          found->second.ticket, config_.name, *found->second.notification, attempts);
    }
  }
  deps_.metrics.Failed(config_.kind, config_.receiver, "unavailable");
  deps_.log.Warn("notification not delivered, trying again",
                 {{"integration", config_.name},
                  {"group", pending.notification->group_key},
                  {"attempt", attempts},
                  {"in", FormatDuration(delivery.retry_after.value_or(wait))},
                  {"answer", delivery.answer}});
}

std::vector<Ledger::Waiting> Integration::TakePending() {
  const MutexLock lock(mutex_);
  std::vector<Ledger::Waiting> taken;
  for (const auto& [group_key, pending] : pending_) {
    taken.push_back({pending.ticket, config_.name, *pending.notification, pending.attempts});
  }
  metrics_.pending.Decrement(static_cast<double>(pending_.size()));
  pending_.clear();
  return taken;
}

void Integration::Finish(std::chrono::milliseconds patience) {
  mutex_.lock();
  finishing_ = true;
  idle_.wait_for(mutex_, patience, [this]() SW_REQUIRES(mutex_) { return !attempting_; });
  mutex_.unlock();
}

}  // namespace sidewatch::alerts
