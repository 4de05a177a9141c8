#include "alerts/history/history.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "alerts/history/history_entry.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;

// While the disk refuses; the newest are kept.
constexpr std::size_t kMaxUnwritten = 1000;

LabelSet LabelsOf(const Json& alert) {
  LabelSetBuilder labels;
  const auto found = alert.find("labels");
  if (found != alert.end() && found->is_object()) {
    for (const auto& [name, value] : found->items()) {
      if (value.is_string()) {
        labels.Set(name, value.get<std::string>());
      }
    }
  }
  return labels.Build();
}

bool AnyAlertMatches(const Json& entry, const Matchers& matchers) {
  const auto alerts = entry.find("alerts");
  return alerts != entry.end() && alerts->is_array() &&
         std::ranges::any_of(*alerts, [&](const Json& alert) {
           return alert.is_object() && MatchesAll(matchers, LabelsOf(alert));
         });
}

/// What a look at the row's own columns can tell.
bool PassesColumns(const HistoryFilter& filter, const state::AlertHistoryRow& row) {
  return (filter.events.empty() || filter.events.contains(row.kind)) &&
         (!filter.before || row.id < *filter.before) &&
         (!filter.start || row.at >= *filter.start) && (!filter.end || row.at <= *filter.end);
}

bool PassesEntry(const HistoryFilter& filter, const std::string& json) {
  if (filter.matchers.empty() && filter.receiver.empty()) {
    return true;
  }
  const Json entry = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!entry.is_object()) {
    return false;
  }
  const bool told = filter.receiver.empty() || entry.value("receiver", "") == filter.receiver;
  return told && (filter.matchers.empty() || AnyAlertMatches(entry, filter.matchers));
}

/// The alert of an entry about one.
Alert AlertOf(const std::string& json) {
  const Json entry = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  Alert alert;
  const auto alerts = entry.find("alerts");
  if (alerts != entry.end() && alerts->is_array() && alerts->size() == 1) {
    const Json& one = alerts->front();
    alert.labels = LabelsOf(one);
    alert.starts_at = ParseRfc3339(one.value("startsAt", "")).value_or(TimePoint());
  }
  return alert;
}

bool HoldsBack(std::string_view kind) {
  return kind == HistoryKindName(HistoryKind::kSilenced) ||
         kind == HistoryKindName(HistoryKind::kInhibited);
}

}  // namespace

History::History(state::Database& database, Logger log, const state::AlertHistoryLimits& limits)
    : log_(std::move(log)), table_(database, limits) {}

void History::Record(std::span<const HistoryEvent> events) {
  if (events.empty()) {
    return;
  }
  const MutexLock lock(mutex_);
  unwritten_.reserve(unwritten_.size() + events.size());
  for (const HistoryEvent& event : events) {
    const bool one = event.alerts.size() == 1;
    unwritten_.push_back({.at = event.at,
                          .kind = std::string(HistoryKindName(event.kind)),
                          .fingerprint = one ? Fingerprint(event.alerts.front().labels) : 0,
                          .entry = EncodeHistoryEntry(event)});
  }
  Write();
}

void History::Write() {
  const Status written = table_.Append(unwritten_);
  if (written) {
    unwritten_.clear();
  } else if (unwritten_.size() > kMaxUnwritten) {
    unwritten_.erase(unwritten_.begin(), unwritten_.end() - kMaxUnwritten);
  }
  if (written.has_value() == disk_is_well_) {
    return;
  }
  disk_is_well_ = written.has_value();
  if (disk_is_well_) {
    log_.Info("the history of alerts is on disk again");
  } else {
    log_.Error("the history of alerts cannot be written, its newest entries wait in memory",
               {{"error", written.error().message}});
  }
}

Result<std::vector<HistoryEntry>> History::Find(const HistoryFilter& filter) {
  std::vector<HistoryEntry> found;
  const MutexLock lock(mutex_);
  SW_TRY(table_.VisitNewestFirst([&](const state::AlertHistoryRow& row) {
    if (found.size() < filter.limit && PassesColumns(filter, row) &&
        PassesEntry(filter, row.entry)) {
      found.push_back({row.id, row.entry});
    }
    return found.size() < filter.limit;
  }));
  return found;
}

std::map<std::uint64_t, Alert> History::LastKnown(const std::set<std::uint64_t>& fingerprints) {
  std::map<std::uint64_t, Alert> known;
  const MutexLock lock(mutex_);
  const Status read = table_.VisitNewestFirst([&](const state::AlertHistoryRow& row) {
    const bool over = row.kind == HistoryKindName(HistoryKind::kResolved);
    if (!fingerprints.contains(row.fingerprint) || known.contains(row.fingerprint) ||
        !(over || row.kind == HistoryKindName(HistoryKind::kFired))) {
      return true;
    }
    Alert alert = AlertOf(row.entry);
    if (over) {
      alert.ends_at = row.at;
    }
    known.emplace(row.fingerprint, std::move(alert));
    return known.size() < fingerprints.size();
  });
  if (!read) {
    log_.Error("the history of alerts cannot be read", {{"error", read.error().message}});
  }
  return known;
}

std::map<std::uint64_t, History::Firing> History::FiringAtLast() {
  // Newest first: the first word about an alert is the last one.
  std::map<std::uint64_t, Firing> firing;
  std::map<std::uint64_t, std::string> held;
  std::set<std::uint64_t> decided;
  const MutexLock lock(mutex_);
  const Status read = table_.VisitNewestFirst([&](const state::AlertHistoryRow& row) {
    const bool fired = row.kind == HistoryKindName(HistoryKind::kFired);
    const bool over = row.kind == HistoryKindName(HistoryKind::kResolved);
    if (row.fingerprint == 0 || decided.contains(row.fingerprint)) {
      return true;
    }
    if (fired) {
      firing.emplace(row.fingerprint,
                     Firing{.alert = AlertOf(row.entry), .held_by = held[row.fingerprint]});
    } else if (HoldsBack(row.kind)) {
      held.emplace(row.fingerprint, row.kind);
    }
    if (fired || over) {
      decided.insert(row.fingerprint);
    }
    return true;
  });
  if (!read) {
    log_.Error("the history of alerts cannot be read", {{"error", read.error().message}});
  }
  return firing;
}

}  // namespace sidewatch::alerts
