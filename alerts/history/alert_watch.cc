#include "alerts/history/alert_watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

HistoryEvent EventOf(HistoryKind kind, const Alert& alert, TimePoint now) {
  return {.at = now, .kind = kind, .alerts = {alert}};
}

/// Silences and inhibitions hold everywhere, time intervals in one group.
std::string ScopeOf(const HeldAlert& held, const GroupFlush& flush) {
  return held.how == HistoryKind::kMuted ? flush.group_key : std::string();
}

}  // namespace

AlertWatch::AlertWatch(std::map<std::uint64_t, History::Firing> firing, std::size_t max_alerts)
    : max_alerts_(max_alerts) {
  const MutexLock lock(mutex_);
  for (auto& entry : firing) {
    History::Firing& last = entry.second;
    Watched& watched = watched_[entry.first];
    watched.alert = std::move(last.alert);
    if (!last.held_by.empty()) {
      watched.held.emplace("", std::move(last.held_by));
    }
  }
}

void AlertWatch::End(Watched& watched, TimePoint now, News& news) {
  news.events.push_back(EventOf(HistoryKind::kResolved, watched.alert, now));
  news.ended.push_back(std::move(watched.alert));
}

AlertWatch::News AlertWatch::See(std::span<const Alert> alerts, TimePoint now) {
  News news;
  const MutexLock lock(mutex_);
  for (const Alert& alert : alerts) {
    const std::uint64_t fingerprint = Fingerprint(alert.labels);
    auto known = watched_.find(fingerprint);
    const bool firing = !alert.ResolvedAt(now);
    if (known != watched_.end()) {
      Alert& before = known->second.alert;
      // It ended in between and nobody was told.
      const bool another = firing && before.ends_at && *before.ends_at <= alert.starts_at;
      if (firing && !another) {
        const TimePoint starts_at = before.starts_at;
        before = alert;
        before.starts_at = std::min(starts_at, alert.starts_at);
        known->second.seen = true;
        continue;
      }
      if (!firing) {
        before.ends_at = alert.ends_at;
      }
      End(known->second, now, news);
      watched_.erase(known);
    }
    if (firing && watched_.size() < max_alerts_) {
      watched_[fingerprint] = {.alert = alert, .seen = true, .held = {}};
      news.events.push_back(EventOf(HistoryKind::kFired, alert, now));
    }
  }
  return news;
}

std::vector<HistoryEvent> AlertWatch::SeeHeld(const GroupFlush& flush) {
  std::vector<HistoryEvent> events;
  std::map<std::uint64_t, const HeldAlert*> held_now;
  for (const HeldAlert& held : flush.held) {
    held_now.emplace(Fingerprint(held.alert.labels), &held);
  }
  const MutexLock lock(mutex_);
  for (const auto& [fingerprint, held] : held_now) {
    const auto watched = watched_.find(fingerprint);
    if (held->alert.ResolvedAt(flush.at) || watched == watched_.end()) {
      continue;
    }
    std::string& how = watched->second.held[ScopeOf(*held, flush)];
    if (how == HistoryKindName(held->how)) {
      continue;
    }
    how = HistoryKindName(held->how);
    HistoryEvent event = EventOf(held->how, held->alert, flush.at);
    event.group_key = flush.group_key;
    event.by = fmt::format("{}", fmt::join(held->by, ", "));
    events.push_back(std::move(event));
  }
  for (const Alert& free : flush.alerts) {
    const auto watched = watched_.find(Fingerprint(free.labels));
    if (watched != watched_.end()) {
      watched->second.held.erase("");
      watched->second.held.erase(flush.group_key);
    }
  }
  return events;
}

bool AlertWatch::Watches(std::uint64_t fingerprint) const {
  const MutexLock lock(mutex_);
  return watched_.contains(fingerprint);
}

AlertWatch::News AlertWatch::SeeTime(TimePoint now,
                                     std::optional<TimePoint> all_known_since,
                                     Duration patience) {
  News news;
  const bool all_known = all_known_since && *all_known_since + patience <= now;
  const MutexLock lock(mutex_);
  for (auto entry = watched_.begin(); entry != watched_.end();) {
    Watched& watched = entry->second;
    if (watched.alert.ResolvedAt(now) || (all_known && !watched.seen)) {
      End(watched, now, news);
      entry = watched_.erase(entry);
    } else {
      ++entry;
    }
  }
  return news;
}

}  // namespace sidewatch::alerts
