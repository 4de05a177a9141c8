#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/flush.h"
#include "alerts/model/history_event.h"
#include "alerts/model/notification.h"
#include "alerts/pipeline/backoff.h"
#include "alerts/pipeline/dedupe.h"
#include "alerts/pipeline/ledger.h"
#include "alerts/pipeline/metrics.h"
#include "alerts/pipeline/owed.h"
#include "alerts/pipeline/receiver_reader.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts {

/// A notification that its receiver will never get.
struct GivenUp {
  std::string_view receiver;
  std::string_view integration;  ///< `ops/slack[0]`
  std::string_view reason;       ///< `refused`, `expired`
  std::string_view answer;       ///< The receiver's, or the error.
};

/// What all integrations share. Lifetime: everything outlives them.
struct IntegrationDeps {
  const Clock& clock;
  Ledger& ledger;
  PipelineMetrics& metrics;
  Logger log;
  std::function<double()> jitter;  ///< 0…1, one call after another.
  BackoffOptions backoff = {};
  Duration attempt_timeout = std::chrono::seconds(30);
  Duration max_age = std::chrono::hours(120);  ///< What waits longer is given up.
  HistoryWriter* history = nullptr;            ///< Null: nobody wants to know.
  /// Told by the threads of the integrations; must not wait for them. May be empty.
  std::function<void(const GivenUp&)> on_given_up = {};
};

/// The last stages of one receiver's way to the world: dedupe, outbox, retry, log.
///
/// A group has at most one notification waiting: its newer state takes the older one's place.
/// Threads: Offer from one, Run from another.
class Integration {
 public:
  Integration(IntegrationConfig config, const IntegrationDeps& deps);
  Integration(const Integration&) = delete;
  Integration& operator=(const Integration&) = delete;
  ~Integration();

  const std::string& name() const { return config_.name; }

  const std::string& receiver() const { return config_.receiver; }

  /// Takes over what waited when the last run ended.
  void Resume(Ledger::Waiting waiting);

  /// Gives away what waits, for the integration of that name after a reload.
  std::vector<Ledger::Waiting> TakePending();

  /// Adds the fingerprints of what it was told that fires, where nothing newer waits.
  void AddFiring(std::set<std::uint64_t>& told) const;

  /// Decides whether the group, past the stages, is news and puts it in the outbox.
  FlushResult Offer(const GroupFlush& flush);

  /// Delivers what waits until stopped.
  void Run(const std::stop_token& stop);

  /// Makes the attempt that is due, if any, and gives when the next one is; nothing: none waits.
  std::optional<TimePoint> RunOnce(const std::stop_token& stop);

  /// Begins no further attempt and waits up to `patience` for the one that is being made.
  void Finish(std::chrono::milliseconds patience);

 private:
  struct Pending {
    Ledger::Ticket ticket;
    std::shared_ptr<const Notification> notification;
    Duration repeat_interval{};
    std::int64_t attempts = 0;
    TimePoint due;
  };

  using PendingMap = std::map<std::string, Pending, std::less<>>;  // By group key.

  GroupKnowledge Known(const std::string& group_key) const SW_REQUIRES(mutex_);
  FlushResult OfferOwed(const GroupFlush& flush, Owed owed) SW_REQUIRES(mutex_);
  void Forget(const GroupFlush& flush, const Owed& owed) SW_REQUIRES(mutex_);
  void Enqueue(const GroupFlush& flush, Owed owed, NotifyReason reason) SW_REQUIRES(mutex_);
  void Add(std::string group_key, Pending pending) SW_REQUIRES(mutex_);
  PendingMap::iterator NextDue() SW_REQUIRES(mutex_);
  state::NotificationLogEntry EntryFor(const Notification& notification,
                                       Duration repeat_interval) const;
  Delivery Attempt(const Pending& pending, const std::stop_token& stop);
  void Conclude(const Pending& pending, const Delivery& delivery);
  void Complete(const Pending& pending, const Delivery& delivery);
  void Remove(const Pending& pending, bool told);
  void Postpone(const Pending& pending, const Delivery& delivery);
  void Record(HistoryKind kind, const Pending& pending, std::string_view answer) const;
  void GiveUp(const Pending& pending, std::string_view reason, std::string_view answer);

  const IntegrationConfig config_;
  const IntegrationDeps deps_;
  IntegrationMetrics metrics_;
  Waker waker_;
  mutable Mutex mutex_;
  PendingMap pending_ SW_GUARDED_BY(mutex_);
  TimePoint hold_until_ SW_GUARDED_BY(mutex_);  // The receiver asked for patience.
  Duration hold_for_ SW_GUARDED_BY(mutex_){0};  // So long.
  bool attempting_ SW_GUARDED_BY(mutex_) = false;
  bool finishing_ SW_GUARDED_BY(mutex_) = false;
  std::condition_variable_any idle_;
};

}  // namespace sidewatch::alerts
