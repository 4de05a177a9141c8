#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include <prometheus/registry.h>

#include "alerts/api/ack_links.h"
#include "alerts/history/history.h"
#include "alerts/mute/acknowledgements.h"
#include "alerts/mute/silences.h"
#include "alerts/notifier/notifier.h"
#include "alerts/rules/rule_manager.h"
#include "collectors/heartbeats/ping_book.h"
#include "collectors/probes/probe_api.h"
#include "exporter/app/alert_state_store.h"
#include "exporter/app/collector_memory.h"
#include "exporter/app/discarding_store.h"
#include "exporter/app/flags.h"
#include "exporter/app/load.h"
#include "exporter/app/self_metrics.h"
#include "exporter/app/value_store.h"
#include "exporter/base/mutex.h"
#include "exporter/net/http_server.h"
#include "exporter/promql/engine.h"
#include "exporter/scrape/scrape_manager.h"
#include "exporter/state/database.h"
#include "exporter/tsdb/head.h"

namespace sidewatch::app {

/// The composition root: builds every room, hands each what it may know of the others, owns them
/// all.
///
/// Threads: safe.
class Program {
 public:
  /// Reads the configuration, opens the state, listens, and starts every loop. Errors: a sentence
  /// for whoever started it; several lines if the configuration is wrong. `clock` outlives the
  /// program.
  static Result<std::unique_ptr<Program>> Start(const RunFlags& flags,
                                                const Clock& clock,
                                                const Logger& log);

  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  /// Reads the configuration again and applies all of it, or nothing. Errors: every mistake, a line
  /// each.
  Status Reload();

  /// Reloads if a file of `file_sd_configs` has changed. To be called every few seconds.
  void FollowDiscovery();

  /// Forgets what is past retention. To be called about once a minute.
  void CleanUp();

  /// Ends every loop, within two seconds. False if a collector hangs: then the process must end
  /// without destroying this object.
  bool Stop();

 private:
  Program(const RunFlags& flags, const Clock& clock, const Logger& log);

  Status Open(const LoadedConfig& loaded);
  Status OpenDatabase(const std::string& path);
  void OpenHead(const StorageConfig& storage);
  Status Listen();
  bool ServesProbes() const;
  void AddHealth(net::Router& router);
  void AddPings(net::Router& router);
  void AddAlertmanager(net::Router& router);
  void NoteEnded(std::span<const alerts::Alert> ended);
  void Assemble(LoadedConfig loaded);
  void EndLeftOver(const LoadedConfig& loaded);
  void Apply(LoadedConfig loaded);
  Result<LoadedConfig> Load();
  Status CheckUnchangeable(const AppConfig& app) const;

  state::Database& StateDatabase() { return scratch_ ? *scratch_ : *database_; }

  std::string Address() const;
  std::map<std::string, std::string> FlagTexts() const;

  const RunFlags flags_;
  const Clock& clock_;
  Logger log_;
  const TimePoint started_at_;
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  promql::EngineOptions engine_options_;
  std::string external_url_;

  CollectorMemory collector_memory_;
  heartbeats::PingBook pings_;
  std::unique_ptr<state::Database> database_;
  // Takes all state but samples if data is read-only, and stands in for a disk that takes nothing.
  std::unique_ptr<state::Database> scratch_;
  DiscardingStore nowhere_;
  std::unique_ptr<storage::Journal> journal_;
  std::unique_ptr<tsdb::Head> head_;
  std::unique_ptr<promql::Engine> engine_;
  std::unique_ptr<AlertStateStore> alert_states_;
  std::shared_ptr<SelfMetrics> self_metrics_;
  ReloadMetrics reload_metrics_;
  scrape::ScrapeMetrics scrape_metrics_;
  std::unique_ptr<alerts::History> history_;
  std::unique_ptr<ValueStore> acknowledgement_store_;
  std::unique_ptr<alerts::Acknowledgements> acknowledgements_;
  std::unique_ptr<ValueStore> ack_link_store_;
  std::unique_ptr<alerts::AckLinks> ack_links_;
  std::unique_ptr<ValueStore> silence_store_;
  std::unique_ptr<alerts::Silences> silences_;
  std::unique_ptr<alerts::Notifier> notifier_;
  std::unique_ptr<scrape::ScrapeManager> scrapes_;
  std::unique_ptr<alerts::rules::RuleManager> rules_;
  std::atomic<bool> ready_ = false;
  std::atomic<bool> all_evaluated_ = false;  // Then it is known which alerts are over.
  std::stop_source stop_;
  probes::ProbeApi probe_api_;

  mutable Mutex mutex_;
  AppConfig config_ SW_GUARDED_BY(mutex_);
  std::uint64_t discovery_ SW_GUARDED_BY(mutex_) = 0;
  bool reload_successful_ SW_GUARDED_BY(mutex_) = true;
  TimePoint reloaded_at_ SW_GUARDED_BY(mutex_);
  Mutex reload_mutex_;  // One reload at a time.

  std::unique_ptr<net::HttpServer> server_;
  std::jthread rule_thread_;
};

}  // namespace sidewatch::app
