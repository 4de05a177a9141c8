#include "alerts/dispatch/dispatcher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

// A timer of a group that did not come back after a restart is of no use once it is this old.
constexpr Duration kForgetTimer = std::chrono::hours(1);

bool Overlap(const Alert& a, const Alert& b) {
  return (!a.ends_at || *a.ends_at > b.starts_at) && (!b.ends_at || *b.ends_at > a.starts_at);
}

/// `incoming` is the newer knowledge about the alert that `known` describes.
Alert Merge(const Alert& known, const Alert& incoming, TimePoint now) {
  Alert merged = incoming;
  if (!Overlap(known, incoming)) {
    return merged;
  }
  merged.starts_at = std::min(known.starts_at, incoming.starts_at);
  if (incoming.ResolvedAt(now) && known.ResolvedAt(now)) {
    merged.ends_at = std::max(*incoming.ends_at, *known.ends_at);
  }
  return merged;
}

std::string GroupId(const Route& route, const LabelSet& labels) {
  return fmt::format("{}:{}", route.id, labels.ToString());
}

GroupFlush MakeFlush(const Route& route, const LabelSet& labels, TimePoint at) {
  GroupFlush flush;
  flush.group_key = fmt::format("{}:{}", route.key, labels.ToString());
  flush.receiver = route.settings.receiver;
  flush.group_labels = labels;
  flush.route_labels = route.settings.labels;
  flush.at = at;
  flush.repeat_interval = route.settings.repeat_interval;
  flush.mute_time_intervals = route.mute_time_intervals;
  flush.active_time_intervals = route.active_time_intervals;
  flush.escalate = route.settings.escalate;
  return flush;
}

void SortForPeople(std::vector<Alert>& alerts, TimePoint at) {
  std::ranges::sort(alerts, [at](const Alert& a, const Alert& b) {
    const bool a_resolved = a.ResolvedAt(at);
    const bool b_resolved = b.ResolvedAt(at);
    return a_resolved != b_resolved ? b_resolved : a.labels < b.labels;
  });
}

}  // namespace

Dispatcher::Dispatcher(std::shared_ptr<const RouteTree> routes, const DispatcherOptions& options)
    : options_(options), routes_(std::move(routes)) {}

bool Dispatcher::Holds(std::uint64_t fingerprint) const {
  const MutexLock lock(mutex_);
  return alerts_.contains(fingerprint);
}

std::size_t Dispatcher::Put(std::span<const Alert> alerts, TimePoint now, Ends ends) {
  const MutexLock lock(mutex_);
  std::size_t refused = 0;
  for (const Alert& alert : alerts) {
    const std::uint64_t fingerprint = Fingerprint(alert.labels);
    auto known = alerts_.find(fingerprint);
    if (known == alerts_.end()) {
      if (alerts_.size() >= options_.max_alerts) {
        ++refused;
        continue;
      }
      known = alerts_.emplace(fingerprint, Entry{std::make_shared<const Alert>(alert)}).first;
    } else {
      known->second.alert = std::make_shared<const Alert>(Merge(*known->second.alert, alert, now));
    }
    RouteAlert(fingerprint, known->second, now, ends);
    if (known->second.groups == 0) {
      alerts_.erase(known);
    }
  }
  return refused;
}

void Dispatcher::RouteAlert(std::uint64_t fingerprint, Entry& entry, TimePoint now, Ends ends) {
  const Alert& alert = *entry.alert;
  for (const Route* route : routes_->Match(alert.labels)) {
    const LabelSet labels = route->GroupLabels(alert.labels);
    const std::string id = GroupId(*route, labels);
    // Nobody was told about a group that is not there, so nobody need hear that it has ended.
    if (ends == Ends::kOfGroups && alert.ResolvedAt(now) && !groups_.contains(id) &&
        !restored_.contains(id)) {
      continue;
    }
    Group& group = GetGroup(*route, labels, now);
    const bool added = group.alerts.insert_or_assign(fingerprint, entry.alert).second;
    entry.groups += added ? 1 : 0;
    if (!group.flushed && alert.starts_at + route->settings.group_wait < now) {
      group.next_flush = std::min(group.next_flush, now);
    }
  }
}

Dispatcher::Group& Dispatcher::GetGroup(const Route& route, const LabelSet& labels, TimePoint now) {
  const std::string id = GroupId(route, labels);
  const auto [place, added] = groups_.try_emplace(id);
  Group& group = place->second;
  if (!added) {
    return group;
  }
  group.route = &route;
  group.labels = labels;
  group.next_flush = now + route.settings.group_wait;
  if (const auto timer = restored_.find(id); timer != restored_.end()) {
    group.next_flush = std::max(timer->second, now);
    group.flushed = true;
    if (!route.settings.escalate.empty()) {
      // When the next level is due is known by the pipeline only.
      group.escalate_at = now;
    }
    restored_.erase(timer);
  }
  return group;
}

Dispatcher::Due Dispatcher::Tick(TimePoint now) {
  const MutexLock lock(mutex_);
  std::erase_if(restored_, [now](const auto& timer) { return timer.second + kForgetTimer < now; });
  Due due;
  for (auto& [id, group] : groups_) {
    const RouteSettings& settings = group.route->settings;
    // The clock was set back: nobody waits longer than the file says.
    group.next_flush =
        std::min(group.next_flush, now + std::max(settings.group_wait, settings.group_interval));
    FlushGroup(id, group, now, due);
    due.next = std::min(due.next.value_or(group.next_flush), group.next_flush);
    due.next = std::min(*due.next, group.escalate_at.value_or(*due.next));
  }
  return due;
}

void Dispatcher::FlushGroup(const std::string& id, Group& group, TimePoint now, Due& due) {
  const bool regular = group.next_flush <= now;
  if (!regular && (!group.escalate_at || *group.escalate_at > now)) {
    return;
  }
  Flush flush{id, MakeFlush(*group.route, group.labels, now)};
  flush.group.group_id = id;
  flush.group.only_escalate = !regular;
  for (const auto& [fingerprint, alert] : group.alerts) {
    flush.group.alerts.push_back(*alert);
  }
  SortForPeople(flush.group.alerts, now);
  due.flushes.push_back(std::move(flush));
  group.escalate_at.reset();
  if (!regular) {
    return;
  }
  group.flushed = true;
  group.next_flush += group.route->settings.group_interval;
  if (group.next_flush <= now) {
    group.next_flush = now + group.route->settings.group_interval;
  }
}

void Dispatcher::Refresh(GroupFlush& flush, TimePoint now) const {
  bool any = false;
  {
    const MutexLock lock(mutex_);
    for (Alert& alert : flush.alerts) {
      const auto current = alerts_.find(Fingerprint(alert.labels));
      if (current != alerts_.end() && (current->second.alert->ends_at != alert.ends_at ||
                                       current->second.alert->starts_at != alert.starts_at)) {
        alert = *current->second.alert;
        any = true;
      }
    }
  }
  if (any) {
    flush.at = now;
    SortForPeople(flush.alerts, now);
  }
}

void Dispatcher::SetEscalation(const Flush& flush, std::optional<TimePoint> at) {
  const MutexLock lock(mutex_);
  const auto found = groups_.find(flush.group_id);
  if (found != groups_.end()) {
    found->second.escalate_at = at;
  }
}

bool Dispatcher::Settle(const Flush& flush) {
  const MutexLock lock(mutex_);
  const auto found = groups_.find(flush.group_id);
  if (found == groups_.end()) {
    return true;
  }
  auto& held = found->second.alerts;
  for (const Alert& told : flush.group.alerts) {
    const std::uint64_t fingerprint = Fingerprint(told.labels);
    const auto current = held.find(fingerprint);
    if (!told.ResolvedAt(flush.group.at) || current == held.end() ||
        current->second->ends_at != told.ends_at) {
      continue;
    }
    held.erase(current);
    const auto entry = alerts_.find(fingerprint);
    if (entry != alerts_.end() && --entry->second.groups == 0) {
      alerts_.erase(entry);
    }
  }
  if (!held.empty()) {
    return false;
  }
  groups_.erase(found);
  return true;
}

void Dispatcher::Apply(std::shared_ptr<const RouteTree> routes, TimePoint now) {
  const MutexLock lock(mutex_);
  for (const auto& [id, group] : groups_) {
    restored_.insert_or_assign(id, group.next_flush);
  }
  groups_.clear();
  routes_ = std::move(routes);
  for (auto entry = alerts_.begin(); entry != alerts_.end();) {
    entry->second.groups = 0;
    RouteAlert(entry->first, entry->second, now, Ends::kOfGroups);
    entry = entry->second.groups == 0 ? alerts_.erase(entry) : std::next(entry);
  }
}

void Dispatcher::RestoreTimers(GroupTimerMap timers) {
  const MutexLock lock(mutex_);
  restored_ = std::move(timers);
}

GroupTimerMap Dispatcher::Timers() const {
  const MutexLock lock(mutex_);
  GroupTimerMap timers = restored_;
  for (const auto& [id, group] : groups_) {
    timers.insert_or_assign(id, group.next_flush);
  }
  return timers;
}

std::vector<GroupView> Dispatcher::Groups() const {
  const MutexLock lock(mutex_);
  std::vector<GroupView> views;
  for (const auto& [id, group] : groups_) {
    GroupView view{fmt::format("{}:{}", group.route->key, group.labels.ToString()),
                   group.route->settings.receiver,
                   group.labels,
                   {},
                   group.next_flush,
                   group.route->settings.labels,
                   group.route->mute_time_intervals,
                   group.route->active_time_intervals};
    for (const auto& [fingerprint, alert] : group.alerts) {
      view.alerts.push_back(alert);
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<AlertPtr> Dispatcher::Alerts() const {
  const MutexLock lock(mutex_);
  std::vector<AlertPtr> alerts;
  for (const auto& [fingerprint, entry] : alerts_) {
    alerts.push_back(entry.alert);
  }
  return alerts;
}

}  // namespace sidewatch::alerts
