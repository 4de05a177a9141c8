#include "alerts/pipeline/escalations.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/base/number.h"

// A group is kept as a line an alert: `fingerprint since levels`, numbers in decimal, since in Unix
// milliseconds.

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kLevel = "/escalate[";

/// The group key of a level: that of a route below the group's own.
std::string LevelKey(const GroupFlush& flush, std::size_t level) {
  const std::string labels = ":" + flush.group_labels.ToString();
  std::string_view route = flush.group_key;
  if (route.ends_with(labels)) {
    route.remove_suffix(labels.size());
  }
  return fmt::format("{}{}{}]{}", route, kLevel, level, labels);
}

std::string_view TakeUntil(std::string_view& text, char end) {
  const std::size_t size = std::min(text.find(end), text.size());
  const std::string_view head = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return head;
}

}  // namespace

std::string RouteGroupKey(std::string_view group_key) {
  const std::size_t level = group_key.rfind(kLevel);
  const std::size_t end = group_key.find("]:", level);
  if (level == std::string_view::npos || end == std::string_view::npos) {
    return std::string(group_key);
  }
  return std::string(group_key.substr(0, level)).append(group_key.substr(end + 1));
}

std::string Escalations::Encode(const Group& group) {
  std::string bytes;
  for (const auto& [fingerprint, progress] : group) {
    bytes += fmt::format("{} {} {}\n",
                         static_cast<std::int64_t>(fingerprint),
                         ToUnixMillis(progress.since),
                         progress.levels);
  }
  return bytes;
}

std::optional<Escalations::Group> Escalations::Decode(std::string_view bytes) {
  Group group;
  while (!bytes.empty()) {
    std::string_view line = TakeUntil(bytes, '\n');
    const auto fingerprint = ParseInteger(TakeUntil(line, ' '));
    const auto since = ParseInteger(TakeUntil(line, ' '));
    const auto levels = ParseInteger(line);
    if (!fingerprint || !since || !levels || *levels < 0) {
      return std::nullopt;
    }
    group.emplace(static_cast<std::uint64_t>(*fingerprint),
                  Progress{FromUnixMillis(*since), static_cast<std::size_t>(*levels)});
  }
  return group;
}

Escalations::Escalations(ValueStore& store, Logger log) : store_(store), log_(std::move(log)) {
  const auto kept = store_.LoadAll();
  if (!kept) {
    log_.Error("escalations cannot be loaded, they begin anew", {{"error", kept.error().message}});
    return;
  }
  const MutexLock lock(mutex_);
  for (const auto& [id, bytes] : *kept) {
    if (auto group = Decode(bytes)) {
      groups_.emplace(id, *std::move(group));
    } else {
      log_.Error("the escalation of a group cannot be read, it begins anew", {{"group", id}});
    }
  }
}

std::optional<TimePoint> Escalations::MoveOne(const GroupFlush& whole, Progress& progress) {
  progress.since = std::min(progress.since, whole.at);  // The clock was set back.
  while (progress.levels < whole.escalate.size()) {
    const TimePoint due = progress.since + whole.escalate[progress.levels].after;
    if (due > whole.at) {
      return due;
    }
    ++progress.levels;
  }
  return std::nullopt;
}

std::optional<TimePoint> Escalations::Move(const GroupFlush& whole,
                                           const GroupFlush& left,
                                           const AcknowledgedFn& acknowledged,
                                           Group& group) {
  for (const HeldAlert& held : left.held) {
    const auto waiting = group.find(Fingerprint(held.alert.labels));
    // Whoever held it back knows of it: once it is free, the receiver of the route comes first.
    if (waiting != group.end() && waiting->second.levels == 0) {
      group.erase(waiting);
    }
  }
  std::optional<TimePoint> next;
  for (const Alert& alert : left.alerts) {
    const std::uint64_t fingerprint = Fingerprint(alert.labels);
    const bool is_new = !group.contains(fingerprint);
    if (alert.ResolvedAt(whole.at) || (is_new && whole.only_escalate)) {
      continue;
    }
    Progress& progress = group.try_emplace(fingerprint, Progress{.since = whole.at}).first->second;
    if (acknowledged(fingerprint)) {
      continue;
    }
    if (const auto due = MoveOne(whole, progress)) {
      next = std::min(next.value_or(*due), *due);
    }
  }
  return next;
}

GroupFlush Escalations::PartOf(const GroupFlush& flush, const Group& group, std::size_t level) {
  GroupFlush part = flush;
  const auto came_here = [&](const Alert& alert) {
    const auto found = group.find(Fingerprint(alert.labels));
    return found != group.end() && found->second.levels > level;
  };
  std::erase_if(part.alerts, [&](const Alert& alert) { return !came_here(alert); });
  part.group_key = LevelKey(flush, level);
  part.escalate.clear();
  std::erase_if(part.held, [&](const HeldAlert& held) { return !came_here(held.alert); });
  return part;
}

Escalations::Plan Escalations::Advance(const GroupFlush& whole,
                                       const GroupFlush& left,
                                       const AcknowledgedFn& acknowledged) {
  Plan plan;
  if (whole.escalate.empty()) {
    return plan;
  }
  const MutexLock lock(mutex_);
  Group group = groups_[whole.group_id];
  plan.next = Move(whole, left, acknowledged, group);
  for (std::size_t i = 0; i < whole.escalate.size(); ++i) {
    const EscalationLevel& level = whole.escalate[i];
    Level part{PartOf(whole, group, i), PartOf(left, group, i)};
    if (part.whole.alerts.empty()) {
      continue;
    }
    part.whole.receiver = level.receiver;
    part.left.receiver = level.receiver;
    part.left.news_reason = fmt::format("escalated after {}", FormatDuration(level.after));
    part.left.acknowledged = std::ranges::all_of(part.left.alerts, [&](const Alert& alert) {
      return alert.ResolvedAt(whole.at) || acknowledged(Fingerprint(alert.labels));
    });
    plan.levels.push_back(std::move(part));
  }
  Keep(whole.group_id, std::move(group));
  return plan;
}

void Escalations::Settle(const GroupFlush& whole) {
  const MutexLock lock(mutex_);
  const auto known = groups_.find(whole.group_id);
  if (known == groups_.end()) {
    return;
  }
  Group group = known->second;
  for (const Alert& alert : whole.alerts) {
    if (alert.ResolvedAt(whole.at)) {
      group.erase(Fingerprint(alert.labels));
    }
  }
  Keep(whole.group_id, std::move(group));
}

void Escalations::Keep(const std::string& group_id, Group group) {
  Group& known = groups_[group_id];
  const bool changed = known != group;
  known = std::move(group);
  Status kept;
  if (changed) {
    kept = known.empty() ? store_.Delete(group_id) : store_.SaveAll({{group_id, Encode(known)}});
  }
  if (!kept) {
    log_.Warn("an escalation cannot be saved, a restart begins it anew",
              {{"group", group_id}, {"error", kept.error().message}});
  }
  if (known.empty()) {
    groups_.erase(group_id);
  }
}

void Escalations::Retain(const std::set<std::string, std::less<>>& group_ids) {
  const MutexLock lock(mutex_);
  std::vector<std::string> gone;
  for (const auto& [id, group] : groups_) {
    if (!group_ids.contains(id)) {
      gone.push_back(id);
    }
  }
  for (const std::string& id : gone) {
    Keep(id, {});
  }
}

}  // namespace sidewatch::alerts
