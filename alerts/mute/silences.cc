#include "alerts/mute/silences.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

// More different alerts than any installation has at once; then the memory starts anew.
constexpr std::size_t kMaxCached = 100'000;
// The first entry says who made it, the last ones what became of it.
constexpr std::size_t kMaxChanges = 50;

void AddChange(Silence& silence, SilenceChange change) {
  if (silence.changes.size() >= kMaxChanges) {
    silence.changes.erase(silence.changes.begin() + 1);
  }
  silence.changes.push_back(std::move(change));
}

/// Whether `changed` may take the place of `known` without falsifying the past.
bool CanChange(const Silence& known, const Silence& changed, TimePoint now) {
  if (known.matcher_sets != changed.matcher_sets) {
    return false;
  }
  using std::chrono::floor;
  using std::chrono::seconds;
  switch (known.StateAt(now)) {
    case SilenceState::kActive:
      // Clients send back what they were shown, at times without the milliseconds.
      return floor<seconds>(known.starts_at) == floor<seconds>(changed.starts_at) &&
             changed.ends_at >= now;
    case SilenceState::kPending:
      return changed.starts_at >= now;
    case SilenceState::kExpired:
      break;
  }
  return false;
}

}  // namespace

Silences::Silences(const SilencesDeps& deps) : deps_(deps) {
  Load();
}

void Silences::Load() {
  const auto kept = deps_.store.LoadAll();
  if (!kept) {
    deps_.log.Error("silences cannot be loaded, none is in force",
                    {{"error", kept.error().message}});
    return;
  }
  const TimePoint now = deps_.clock.Now();
  const MutexLock lock(mutex_);
  for (const auto& [id, bytes] : *kept) {
    Result<Silence> silence = DecodeSilence(bytes);
    if (!silence) {
      deps_.log.Error("a silence cannot be read, it is not in force",
                      {{"id", id}, {"error", silence.error().message}});
      continue;
    }
    Put(*std::move(silence));
  }
  ForgetExpired(now);
  unsaved_.clear();
}

void Silences::Put(Silence silence) {
  const std::string id = silence.id;
  Entry& entry = silences_[id];
  if (entry.silence == nullptr) {
    entry.version = ++version_;
    entry.last_match = deps_.clock.Now();
    ids_by_version_.emplace(entry.version, id);
  }
  entry.silence = std::make_shared<const Silence>(std::move(silence));
  unsaved_.insert(id);
}

void Silences::Save() {
  ValueStore::Values values;
  for (const std::string& id : unsaved_) {
    values.emplace(id, EncodeSilence(*silences_.find(id)->second.silence));
  }
  if (values.empty()) {
    return;
  }
  if (const Status saved = deps_.store.SaveAll(values); !saved) {
    deps_.log.Error("silences cannot be saved, they hold until the program ends",
                    {{"silences", values.size()}, {"error", saved.error().message}});
    return;
  }
  unsaved_.clear();
}

Status Silences::CheckBounds(const Silence& silence, bool is_new) const {
  if (is_new && silences_.size() >= deps_.limits.max_silences) {
    return Fail(ErrorCode::kLimitExceeded,
                "exceeded maximum number of silences: {} (limit: {})",
                silences_.size(),
                deps_.limits.max_silences);
  }
  const std::size_t bytes = EncodeSilence(silence).size();
  if (bytes > deps_.limits.max_bytes) {
    return Fail(ErrorCode::kLimitExceeded,
                "silence exceeded maximum size: {} bytes (limit: {} bytes)",
                bytes,
                deps_.limits.max_bytes);
  }
  return {};
}

Result<std::string> Silences::Set(Silence silence, const SilenceAuthor& author) {
  if (const Status checked = CheckSilence(silence); !checked) {
    return FailWith("invalid silence", checked.error());
  }
  const TimePoint now = deps_.clock.Now();
  const MutexLock lock(mutex_);
  const auto known = silences_.find(silence.id);
  if (!silence.id.empty() && known == silences_.end()) {
    return Fail(ErrorCode::kNotFound, "silence not found");
  }
  const bool changes = known != silences_.end() && CanChange(*known->second.silence, silence, now);
  SilenceChange change{
      .at = now, .what = "changed", .by = author.by, .from = author.from, .why = silence.comment};
  silence.updated_at = now;
  silence.changes.clear();
  if (known != silences_.end()) {
    silence.changes = known->second.silence->changes;
  }
  if (!changes) {
    change.what = "created";
    silence.id = NewSilenceId();
    silence.starts_at = std::max(silence.starts_at, now);
    silence.changes.clear();
  }
  AddChange(silence, std::move(change));
  SW_TRY(CheckBounds(silence, !changes));
  std::string id = silence.id;
  if (!changes && known != silences_.end()) {
    SilenceAuthor successor = author;
    successor.why = fmt::format("replaced by {}", id);
    End(*known->second.silence, successor, now);
  }
  deps_.log.Info(changes ? "silence is changed" : "silence is created",
                 {{"id", id},
                  {"by", author.by},
                  {"from", author.from},
                  {"ends", ToUnixMillis(silence.ends_at) / 1000},
                  {"comment", silence.comment}});
  Put(std::move(silence));
  Save();
  return id;
}

void Silences::End(Silence silence, const SilenceAuthor& author, TimePoint now) {
  const SilenceState state = silence.StateAt(now);
  if (state == SilenceState::kExpired) {
    return;
  }
  if (state == SilenceState::kPending) {
    silence.starts_at = now;
  }
  silence.ends_at = now;
  silence.updated_at = now;
  AddChange(
      silence,
      {.at = now, .what = "expired", .by = author.by, .from = author.from, .why = author.why});
  deps_.log.Info(
      "silence is expired",
      {{"id", silence.id}, {"by", author.by}, {"from", author.from}, {"why", author.why}});
  Put(std::move(silence));
}

Status Silences::Expire(std::string_view id, const SilenceAuthor& author) {
  const MutexLock lock(mutex_);
  const auto known = silences_.find(id);
  if (known == silences_.end()) {
    return Fail(ErrorCode::kNotFound, "silence not found");
  }
  End(*known->second.silence, author, deps_.clock.Now());
  Save();
  return {};
}

std::vector<SilencePtr> Silences::All() const {
  const MutexLock lock(mutex_);
  std::vector<SilencePtr> all;
  all.reserve(silences_.size());
  for (const auto& [id, entry] : silences_) {
    all.push_back(entry.silence);
  }
  return all;
}

SilencePtr Silences::Find(std::string_view id) const {
  const MutexLock lock(mutex_);
  const auto found = silences_.find(id);
  return found == silences_.end() ? nullptr : found->second.silence;
}

std::vector<std::string> Silences::MutedBy(const Alert& alert, TimePoint now) const {
  const MutexLock lock(mutex_);
  if (silences_.empty()) {
    return {};
  }
  if (cache_.size() >= kMaxCached) {
    cache_.clear();
  }
  Cached& cached = cache_[Fingerprint(alert.labels)];
  for (auto next = ids_by_version_.upper_bound(cached.version); next != ids_by_version_.end();
       ++next) {
    if (silences_.find(next->second)->second.silence->Matches(alert.labels)) {
      cached.ids.push_back(next->second);
    }
  }
  cached.version = version_;
  std::vector<std::string> known;
  std::vector<std::string> active;
  for (std::string& id : cached.ids) {
    const auto found = silences_.find(id);
    if (found == silences_.end()) {
      continue;
    }
    if (found->second.silence->StateAt(now) == SilenceState::kActive) {
      active.push_back(id);
    }
    known.push_back(std::move(id));
  }
  cached.ids = std::move(known);
  std::ranges::sort(active);
  return active;
}

bool Silences::AnyUntilResolved() const {
  const TimePoint now = deps_.clock.Now();
  const MutexLock lock(mutex_);
  return std::ranges::any_of(silences_, [now](const auto& entry) {
    const Silence& silence = *entry.second.silence;
    return silence.StateAt(now) == SilenceState::kActive && silence.until_resolved();
  });
}

void Silences::NoteEnded(std::span<const Alert> ended) {
  const TimePoint now = deps_.clock.Now();
  const MutexLock lock(mutex_);
  for (auto& [id, entry] : silences_) {
    const Silence& silence = *entry.silence;
    if (silence.StateAt(now) != SilenceState::kActive || !silence.until_resolved()) {
      continue;
    }
    for (const Alert& alert : ended) {
      const bool within = alert.ResolvedAt(now) && *alert.ends_at >= silence.starts_at;
      entry.any_ended = entry.any_ended || (within && silence.Matches(alert.labels));
    }
  }
}

std::optional<std::string> Silences::ReasonToEnd(
    Entry& entry, std::span<const std::shared_ptr<const Alert>> alerts, TimePoint now) {
  const Silence& silence = *entry.silence;
  const std::optional<Duration> idle = silence.idle();
  if (silence.StateAt(now) != SilenceState::kActive || (!idle && !silence.until_resolved())) {
    return std::nullopt;
  }
  bool firing = false;
  for (const auto& alert : alerts) {
    if (silence.Matches(alert->labels)) {
      const bool over = alert->ResolvedAt(now);
      firing = firing || !over;
      entry.any_ended = entry.any_ended || (over && *alert->ends_at >= silence.starts_at);
    }
  }
  if (firing) {
    entry.last_match = now;
    return std::nullopt;
  }
  if (entry.any_ended && silence.until_resolved()) {
    return "its alerts are resolved";
  }
  if (idle && now - std::max(entry.last_match, silence.starts_at) >= *idle) {
    return "it has matched nothing for " + silence.annotations.find(kIdleAnnotation)->second;
  }
  return std::nullopt;
}

void Silences::Maintain(std::span<const std::shared_ptr<const Alert>> alerts) {
  const TimePoint now = deps_.clock.Now();
  const MutexLock lock(mutex_);
  for (auto& [id, entry] : silences_) {
    if (const auto why = ReasonToEnd(entry, alerts, now)) {
      End(*entry.silence, {.by = "sidewatch", .from = "", .why = *why}, now);
    }
  }
  ForgetExpired(now);
  Save();
}

void Silences::ForgetExpired(TimePoint now) {
  for (auto entry = silences_.begin(); entry != silences_.end();) {
    if (entry->second.silence->ends_at + deps_.limits.retention > now) {
      ++entry;
      continue;
    }
    if (const Status deleted = deps_.store.Delete(entry->first); !deleted) {
      deps_.log.Warn("an old silence cannot be deleted",
                     {{"id", entry->first}, {"error", deleted.error().message}});
    }
    unsaved_.erase(entry->first);
    ids_by_version_.erase(entry->second.version);
    entry = silences_.erase(entry);
  }
}

}  // namespace sidewatch::alerts
