#include "alerts/mute/acknowledgements.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxText = 4096;

Acknowledgement Read(const Json& json) {
  Acknowledgement read;
  LabelSetBuilder labels;
  for (const auto& [name, value] : json.at("labels").items()) {
    labels.Set(name, value.get<std::string>());
  }
  read.labels = labels.Build();
  read.fingerprint = Fingerprint(read.labels);
  read.at = FromUnixMillis(json.at("at").get<std::int64_t>());
  read.by = json.at("by").get<std::string>();
  read.from = json.at("from").get<std::string>();
  read.comment = json.at("comment").get<std::string>();
  return read;
}

Status CheckAuthor(const AckAuthor& author) {
  if (author.by.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "nobody is named: \"by\" says who does it");
  }
  if (author.by.size() > kMaxText || author.comment.size() > kMaxText) {
    return Fail(ErrorCode::kInvalidArgument, "a text is longer than {} bytes", kMaxText);
  }
  return {};
}

HistoryEvent EventOf(HistoryKind kind,
                     std::vector<Alert> alerts,
                     const AckAuthor& author,
                     TimePoint now) {
  HistoryEvent event{.at = now, .kind = kind, .alerts = std::move(alerts)};
  event.by = author.by;
  event.from = author.from;
  event.comment = author.comment;
  return event;
}

}  // namespace

std::string EncodeAcknowledgement(const Acknowledgement& acknowledgement) {
  Json labels = Json::object();
  for (const Label label : acknowledgement.labels) {
    labels[std::string(label.name)] = label.value;
  }
  const Json json = {{"labels", std::move(labels)},
                     {"at", ToUnixMillis(acknowledgement.at)},
                     {"by", acknowledgement.by},
                     {"from", acknowledgement.from},
                     {"comment", acknowledgement.comment}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Acknowledgement> DecodeAcknowledgement(std::string_view bytes) {
  try {
    return Read(Json::parse(bytes));
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kProtocol, "not an acknowledgement: {}", error.what());
  }
}

Acknowledgements::Acknowledgements(const AcknowledgementsDeps& deps) : deps_(deps) {
  Load();
}

void Acknowledgements::Load() {
  const auto kept = deps_.store.LoadAll();
  if (!kept) {
    deps_.log.Error("acknowledgements cannot be loaded, none is in force",
                    {{"error", kept.error().message}});
    return;
  }
  const MutexLock lock(mutex_);
  for (const auto& [id, bytes] : *kept) {
    Result<Acknowledgement> read = DecodeAcknowledgement(bytes);
    if (!read) {
      deps_.log.Error("an acknowledgement cannot be read, it is not in force",
                      {{"id", id}, {"error", read.error().message}});
      continue;
    }
    const std::uint64_t fingerprint = read->fingerprint;
    held_.insert_or_assign(fingerprint, *std::move(read));
  }
}

void Acknowledgements::Save() {
  ValueStore::Values values;
  for (const std::uint64_t fingerprint : unsaved_) {
    values.emplace(FormatFingerprint(fingerprint),
                   EncodeAcknowledgement(held_.find(fingerprint)->second));
  }
  Status saved = values.empty() ? Status() : deps_.store.SaveAll(values);
  if (saved) {
    unsaved_.clear();
  }
  for (auto gone = undeleted_.begin(); saved && gone != undeleted_.end();) {
    saved = deps_.store.Delete(FormatFingerprint(*gone));
    gone = saved ? undeleted_.erase(gone) : gone;
  }
  if (!saved) {
    deps_.log.Error("acknowledgements cannot be saved, they hold until the program ends",
                    {{"error", saved.error().message}});
  }
}

void Acknowledgements::Forget(std::uint64_t fingerprint) {
  held_.erase(fingerprint);
  unsaved_.erase(fingerprint);
  undeleted_.insert(fingerprint);
}

Status Acknowledgements::Acknowledge(std::span<const Alert> alerts, const AckAuthor& author) {
  SW_TRY(CheckAuthor(author));
  const TimePoint now = deps_.clock.Now();
  std::vector<HistoryEvent> events;
  events.reserve(alerts.size());
  {
    const MutexLock lock(mutex_);
    for (const Alert& alert : alerts) {
      const std::uint64_t fingerprint = Fingerprint(alert.labels);
      held_.insert_or_assign(fingerprint,
                             Acknowledgement{.fingerprint = fingerprint,
                                             .labels = alert.labels,
                                             .at = now,
                                             .by = author.by,
                                             .from = author.from,
                                             .comment = author.comment});
      unsaved_.insert(fingerprint);
      undeleted_.erase(fingerprint);
      events.push_back(EventOf(HistoryKind::kAcknowledged, {alert}, author, now));
      deps_.log.Info("alert is acknowledged",
                     {{"alert", alert.name()},
                      {"fingerprint", FormatFingerprint(fingerprint)},
                      {"by", author.by},
                      {"from", author.from},
                      {"comment", author.comment}});
    }
    Save();
  }
  deps_.history.Record(events);
  return {};
}

Status Acknowledgements::Withdraw(std::span<const Alert> alerts, const AckAuthor& author) {
  SW_TRY(CheckAuthor(author));
  std::vector<HistoryEvent> events;
  {
    const MutexLock lock(mutex_);
    for (const Alert& alert : alerts) {
      const std::uint64_t fingerprint = Fingerprint(alert.labels);
      if (held_.contains(fingerprint)) {
        Forget(fingerprint);
        events.push_back(EventOf(HistoryKind::kUnacknowledged, {alert}, author, deps_.clock.Now()));
        deps_.log.Info("alert is not acknowledged any more",
                       {{"alert", alert.name()},
                        {"fingerprint", FormatFingerprint(fingerprint)},
                        {"by", author.by},
                        {"from", author.from}});
      }
    }
    if (events.empty()) {
      return Fail(ErrorCode::kNotFound, "none of these alerts is acknowledged");
    }
    Save();
  }
  deps_.history.Record(events);
  return {};
}

void Acknowledgements::NoteEnded(std::span<const Alert> ended) {
  const MutexLock lock(mutex_);
  bool any = false;
  for (const Alert& alert : ended) {
    const std::uint64_t fingerprint = Fingerprint(alert.labels);
    if (held_.contains(fingerprint)) {
      Forget(fingerprint);
      any = true;
    }
  }
  if (any) {
    Save();
  }
}

void Acknowledgements::Retain(const std::function<bool(std::uint64_t fingerprint)>& keep) {
  constexpr Duration kYoung = std::chrono::minutes(1);
  const TimePoint now = deps_.clock.Now();
  std::vector<Alert> gone;
  for (const Acknowledgement& held : All()) {
    if (held.at + kYoung < now && !keep(held.fingerprint)) {
      gone.emplace_back().labels = held.labels;
    }
  }
  NoteEnded(gone);
}

bool Acknowledgements::Holds(std::uint64_t fingerprint) const {
  const MutexLock lock(mutex_);
  return held_.contains(fingerprint);
}

bool Acknowledgements::HoldsAllFiring(std::span<const Alert> alerts, TimePoint at) const {
  const MutexLock lock(mutex_);
  bool any = false;
  for (const Alert& alert : alerts) {
    if (!alert.ResolvedAt(at)) {
      any = true;
      if (!held_.contains(Fingerprint(alert.labels))) {
        return false;
      }
    }
  }
  return any;
}

std::vector<Acknowledgement> Acknowledgements::All() const {
  const MutexLock lock(mutex_);
  std::vector<Acknowledgement> all;
  all.reserve(held_.size());
  for (const auto& [fingerprint, acknowledgement] : held_) {
    all.push_back(acknowledgement);
  }
  return all;
}

}  // namespace sidewatch::alerts
