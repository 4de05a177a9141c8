#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "alerts/dispatch/dispatch_loop.h"
#include "alerts/dispatch/dispatcher.h"
#include "alerts/history/alert_watch.h"
#include "alerts/history/history.h"
#include "alerts/model/alert.h"
#include "alerts/mute/acknowledgements.h"
#include "alerts/mute/muter.h"
#include "alerts/notifier/notification_config.h"
#include "alerts/notifier/refusals.h"
#include "alerts/pipeline/backoff.h"
#include "alerts/pipeline/escalations.h"
#include "alerts/pipeline/ledger.h"
#include "alerts/pipeline/metrics.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace sidewatch::state {
class Database;
}  // namespace sidewatch::state

namespace sidewatch::alerts {

struct Generation;
class EscalationStore;
class StateTimers;

/// What a Notifier is made of. Lifetime: all that is referred to outlives it.
struct NotifierDeps {
  const Clock& clock;
  Logger log;
  state::Database& database;
  prometheus::Registry& registry;
  std::vector<const Muter*> muters = {};  ///< Silences and the like, asked after inhibition.

  History* history = nullptr;                    ///< Null: what happens is not kept.
  Acknowledgements* acknowledgements = nullptr;  ///< Null: nobody can take an alert on.

  /// Told which alerts are over, with all their labels, once each. May call back.
  std::function<void(std::span<const Alert>)> on_ended = {};
  DispatcherOptions dispatch = {};
  BackoffOptions backoff = {};
};

/// Takes alerts and tells people: routing, grouping, muting, at-least-once delivery.
///
/// Its life: made, given the alerts of the first evaluation, Ready(), then Put() and Apply() as the
/// world goes, Stop() or its destructor. Threads: safe.
class Notifier {
 public:
  /// `config` was read without errors.
  Notifier(std::unique_ptr<NotificationConfig> config, const NotifierDeps& deps);
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  ~Notifier();

  /// The metrics that it shows besides the pipeline's.
  static std::span<const MetricDescriptor> Rows();

  /// Whose alerts: external labels are added to those of our own rules, as Prometheus does it;
  /// others come with all their labels.
  enum class Origin { kOwnRules, kApi };

  /// Takes new states of alerts; see Dispatcher::Put.
  void Put(std::span<const Alert> alerts, Origin origin = Origin::kOwnRules);

  /// Every rule was evaluated once: from now on groups are flushed.
  void Ready();

  /// Notices what ended by time alone; forgets what belongs to alerts that are gone. To be called
  /// about once a minute.
  void Maintain();

  /// Goes on with another configuration, read without errors. Alerts, timers and what waits to be
  /// delivered stay; attempts that are being made get a second to end.
  void Apply(std::unique_ptr<NotificationConfig> config);

  /// Begins nothing new; what is not delivered stays in the outbox. Within two seconds.
  void Stop();

  std::vector<GroupView> Groups() const { return dispatcher_.Groups(); }

  std::vector<AlertPtr> Alerts() const { return dispatcher_.Alerts(); }

  /// Who holds `alert` back now: reasons and names, as `inhibited`, `1753b8d55c0a52d6`.
  struct Mute {
    std::string_view reason;
    std::vector<std::string> by;
  };

  std::vector<Mute> MutedBy(const Alert& alert) const;

  /// The names of the time intervals that hold a group back now.
  std::vector<std::string> TimesMuting(const GroupView& group) const;

  /// The receivers that an alert is routed to, in the order of the routes.
  std::vector<std::string> ReceiversOf(const LabelSet& labels) const;

  /// All receivers in the order of the file.
  std::vector<std::string> Receivers() const;

  /// How long an alert without an end fires if nobody repeats it.
  Duration resolve_timeout() const;

 private:
  std::unique_ptr<Generation> MakeGeneration(std::unique_ptr<NotificationConfig> config);
  void Run(const std::stop_token& stop);
  void TellEnded(const AlertWatch::News& news);
  void EndWhatWasLost(TimePoint now) SW_REQUIRES(turn_);
  FlushOutcome Flush(const GroupFlush& due);
  FlushOutcome FlushThrough(const GroupFlush& flush) SW_REQUIRES(mutex_);
  void DeleteExpired() SW_REQUIRES(mutex_);

  const NotifierDeps deps_;
  PipelineMetrics metrics_;
  prometheus::Counter& refused_;
  Ledger ledger_;
  AlertWatch watch_;
  std::unique_ptr<EscalationStore> escalation_store_;
  Escalations escalations_;
  Dispatcher dispatcher_;
  // New states and flushes take turns: a flush that is under way when an alert ends would begin it
  // anew, unacknowledged. Taken before mutex_.
  Mutex turn_;
  std::set<std::uint64_t> lost_
      SW_GUARDED_BY(turn_);  // What was already looked for in the history.
  std::unique_ptr<StateTimers> timers_;
  DispatchLoop loop_;
  Refusals refusals_;
  mutable Mutex mutex_;
  std::unique_ptr<Generation> generation_ SW_GUARDED_BY(mutex_);
  TimePoint last_cleaning_ SW_GUARDED_BY(mutex_);
  std::optional<TimePoint> ready_at_ SW_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace sidewatch::alerts
