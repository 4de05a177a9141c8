#include "exporter/app/program.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "alerts/api/ack_api.h"
#include "alerts/api/ack_page.h"
#include "alerts/api/alertmanager_api.h"
#include "alerts/api/history_api.h"
#include "alerts/api/rules_api.h"
#include "alerts/rules/alert_trend.h"
#include "alerts/rules/rule_query.h"
#include "collectors/application/file_discovery.h"
#include "collectors/heartbeats/heartbeats.h"
#include "collectors/heartbeats/ping_api.h"
#include "exporter/api/api.h"
#include "exporter/api/health.h"
#include "exporter/app/features.h"
#include "exporter/app/health_rules.h"
#include "exporter/app/lost_state.h"
#include "exporter/app/version.h"
#include "exporter/base/duration.h"
#include "exporter/scrape/left_over.h"
#include "exporter/scrape/self_collector.h"
#include "exporter/state/sample_journal.h"
#include "exporter/web/web.h"

namespace sidewatch::app {
namespace {

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data())
                                                        : std::string("localhost");
}

/// For retention 0. Far longer than the epoch is ago, and safe to subtract from any time.
constexpr Duration kForever = std::chrono::hours(24 * 366 * 10'000);

// A probe takes a thread of the server, most of the time asleep. Without a `probe:` at the start
// there are no threads for it, and one probe at a time.
constexpr int kProbesAtOnce = 16;

// A query holds a thread while it waits for its turn. Whatever queries there are, some threads are
// left for all else. A thread that never had anything to do costs some 20 KB.
constexpr int kQueriesWaiting = 16;
constexpr int kOtherThreads = 4;

std::string Trimmed(std::string url) {
  while (url.ends_with('/')) {
    url.pop_back();
  }
  return url;
}

}  // namespace

Program::Program(const RunFlags& flags, const Clock& clock, const Logger& log)
    : flags_(flags),
      clock_(clock),
      log_(log),
      started_at_(clock.Now()),
      external_url_(Trimmed(flags.external_url)),
      pings_(clock, collector_memory_, log.Named("heartbeats")),
      reload_metrics_(*registry_),
      scrape_metrics_(*registry_),
      probe_api_(clock, stop_.get_token()) {}

Program::~Program() {
  Stop();
}

Result<std::unique_ptr<Program>> Program::Start(const RunFlags& flags,
                                                const Clock& clock,
                                                const Logger& log) {
  std::unique_ptr<Program> program(
      new Program(flags, clock, log));  // NOLINT: the constructor is private
  SW_TRY(EnableFeatures(flags.features, program->engine_options_));
  program->engine_options_.max_samples = flags.query_max_samples;
  program->engine_options_.timeout = flags.query_timeout;
  program->engine_options_.lookback_delta = flags.query_lookback_delta;
  if (program->external_url_.empty()) {
    program->external_url_ = "http://" + program->Address();
  }
  SW_TRY_ASSIGN(LoadedConfig loaded, program->Load());
  SW_TRY(program->Open(loaded));
  program->Assemble(std::move(loaded));
  SW_TRY(program->Listen());
  program->ready_ = true;
  return program;
}

std::string Program::Address() const {
  const std::size_t colon = flags_.listen_address.rfind(':');
  const std::string host = flags_.listen_address.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : flags_.listen_address.substr(colon);
  const bool any = host.empty() || host == "0.0.0.0" || host == "[::]";
  return (any ? HostName() : host) + port;
}

Result<LoadedConfig> Program::Load() {
  config::Diagnostics diagnostics;
  LoadedConfig loaded =
      LoadConfig(flags_.config_file,
                 {.clock = clock_,
                  .log = log_,
                  .parser = engine_options_.parser,
                  .external_url = external_url_,
                  .memory = &collector_memory_,
                  .own_memories = {{std::string(heartbeats::kKind), &pings_}},
                  .trend =
                      [this](const alerts::Alert& alert, TimePoint until) {
                        return alerts::rules::TrendOf(*engine_, *head_, clock_, alert, until);
                      },
                  .ack_url =
                      [this](const alerts::Notification& notification) {
                        return ack_links_->UrlOf(notification);
                      }},
                 diagnostics);
  SW_TRY(diagnostics.ToStatus());
  loaded.app.storage.retention = flags_.retention.value_or(loaded.app.storage.retention);
  if (flags_.read_only_data) {
    loaded.targets.clear();
    loaded.groups.clear();
  }
  return loaded;
}

Status Program::Open(const LoadedConfig& loaded) {
  const std::string path = (std::filesystem::path(flags_.storage_path) / "state.db").string();
  SW_TRY(OpenDatabase(path));
  collector_memory_.Bind(StateDatabase());
  pings_.Load();
  OpenHead(loaded.app.storage);
  const tsdb::HeadStats stats = head_->Stats();
  log_.Info("state is open",
            {{"path", path}, {"series", stats.series}, {"samples", stats.replayed_samples}});
  return {};
}

Status Program::OpenDatabase(const std::string& path) {
  Result<std::unique_ptr<state::Database>> opened = state::Database::Open(path);
  if (!opened && !DiskTakesNothing(flags_.storage_path)) {
    return Fail(opened.error());
  }
  if (!opened || flags_.read_only_data) {
    SW_TRY_ASSIGN(scratch_, state::Database::OpenInMemory());
  }
  if (opened) {
    database_ = *std::move(opened);
    journal_ = std::make_unique<state::SampleJournal>(*database_);
    return {};
  }
  log_.Error("all state is in memory only until the disk takes writes and sidewatch is restarted",
             {{"path", path}, {"error", opened.error().message}});
  journal_ = std::make_unique<LostJournal>(opened.error());
  return {};
}

void Program::OpenHead(const StorageConfig& storage) {
  const bool forever = storage.retention == Duration(0);
  head_ = std::make_unique<tsdb::Head>(
      tsdb::HeadOptions{.retention = forever ? kForever : storage.retention,
                        .max_series = static_cast<std::size_t>(storage.max_series),
                        .out_of_order_window = storage.out_of_order_window,
                        .max_bytes = storage.max_bytes},
      clock_,
      journal_.get());
  if (const Status replayed = head_->Replay(); !replayed) {
    log_.Error("the journal of samples cannot be read to its end, the rest of the history is lost",
               {{"path", flags_.storage_path}, {"error", replayed.error().message}});
  }
  const tsdb::HeadStats stats = head_->Stats();
  if (stats.replay_lost_batches > 0) {
    log_.Warn("damaged batches of the journal were skipped",
              {{"path", flags_.storage_path}, {"batches", stats.replay_lost_batches}});
  }
}

void Program::Assemble(LoadedConfig loaded) {
  const GlobalConfig& global = loaded.app.global;
  engine_options_.default_subquery_step = global.evaluation_interval;
  engine_ = std::make_unique<promql::Engine>(engine_options_, clock_);
  self_metrics_ = std::make_shared<SelfMetrics>(registry_, *head_);
  alert_states_ = std::make_unique<AlertStateStore>(StateDatabase());
  history_ = std::make_unique<alerts::History>(StateDatabase(), log_.Named("history"));
  acknowledgement_store_ = std::make_unique<ValueStore>(StateDatabase(), "acknowledgements");
  acknowledgements_ = std::make_unique<alerts::Acknowledgements>(
      alerts::AcknowledgementsDeps{.clock = clock_,
                                   .log = log_.Named("acks"),
                                   .store = *acknowledgement_store_,
                                   .history = *history_});
  ack_link_store_ = std::make_unique<ValueStore>(StateDatabase(), "signing_keys");
  ack_links_ = std::make_unique<alerts::AckLinks>(
      clock_, *ack_link_store_, external_url_, log_.Named("acks"));
  silence_store_ = std::make_unique<ValueStore>(StateDatabase(), "silences");
  silences_ = std::make_unique<alerts::Silences>(alerts::SilencesDeps{
      .clock = clock_, .log = log_.Named("silences"), .store = *silence_store_});
  notifier_ = std::make_unique<alerts::Notifier>(
      std::move(loaded.notifications),
      alerts::NotifierDeps{.clock = clock_,
                           .log = log_.Named("notify"),
                           .database = StateDatabase(),
                           .registry = *registry_,
                           .muters = {silences_.get()},
                           .history = history_.get(),
                           .acknowledgements = acknowledgements_.get(),
                           .on_ended = [this](std::span<const alerts::Alert> ended) {
                             NoteEnded(ended);
                           }});
  scrapes_ = std::make_unique<scrape::ScrapeManager>(scrape::LoopDeps{
      .clock = clock_,
      .log = log_.Named("scrape"),
      .store = flags_.read_only_data ? static_cast<storage::Appendable&>(nowhere_) : *head_,
      .metrics = scrape_metrics_});
  rules_ = std::make_unique<alerts::rules::RuleManager>(
      alerts::rules::GroupDeps{
          .clock = clock_,
          .log = log_.Named("rules"),
          .query =
              [this](const alerts::rules::Query& query, TimePoint at) {
                return QueryForRule(*engine_, *head_, query, at, stop_.get_token());
              },
          .notify = [this](std::span<const alerts::Alert> alerts) { notifier_->Put(alerts); },
          .appendable = *head_,
          .store = alert_states_.get(),
          .external_url = external_url_,
          .default_interval = global.evaluation_interval},
      alerts::rules::ManagerHooks{.ready = [this] { return scrapes_->AllTriedOnce(); },
                                  .evaluated_all =
                                      [this] {
                                        all_evaluated_ = true;
                                        notifier_->Ready();
                                      }},
      *registry_);
  EndLeftOver(loaded);
  Apply(std::move(loaded));
  rule_thread_ = std::jthread([this](const std::stop_token& stop) { rules_->Run(stop); });
}

void Program::EndLeftOver(const LoadedConfig& loaded) {
  if (flags_.read_only_data) {
    return;
  }
  const Result<std::size_t> ended = scrape::EndLeftOver(
      loaded.targets, alerts::rules::WrittenBy(loaded.groups), *head_, *head_, clock_.Now());
  if (!ended) {
    log_.Warn("series of the run before may show their last value for five minutes",
              {{"error", ended.error().message}});
  }
}

void Program::Apply(LoadedConfig loaded) {
  const scrape::TargetDefaults defaults{.interval = loaded.app.global.scrape_interval,
                                        .timeout = loaded.app.global.scrape_timeout};
  loaded.targets.push_back(scrape::MakeSelfTarget(self_metrics_, Address(), defaults));
  for (const scrape::Target& target : loaded.targets) {
    if (target.config.kind == heartbeats::kKind) {
      pings_.Expect(target.config.name);
    }
  }
  scrapes_->Apply(std::move(loaded.targets));
  probe_api_.Apply(std::move(loaded.probe));
  rules_->Apply(std::move(loaded.groups));
  if (loaded.notifications) {
    notifier_->Apply(std::move(loaded.notifications));
  }
  reload_metrics_.Set(true, ToUnixSeconds(clock_.Now()));
  const MutexLock lock(mutex_);
  config_ = std::move(loaded.app);
  discovery_ = application::DiscoverySignature(config_.scrape_configs);
  reload_successful_ = true;
  reloaded_at_ = clock_.Now();
}

Status Program::CheckUnchangeable(const AppConfig& app) const {
  const MutexLock lock(mutex_);
  if (app.storage != config_.storage) {
    return Fail(ErrorCode::kInvalidArgument, "storage has changed: that takes a restart");
  }
  return {};
}

Status Program::Reload() {
  const MutexLock reload_lock(reload_mutex_);
  Result<LoadedConfig> loaded = Load();
  Status checked = loaded ? CheckUnchangeable(loaded->app) : Fail(loaded.error());
  if (checked) {
    Apply(std::move(*loaded));
    log_.Info("configuration is reloaded", {{"file", flags_.config_file}});
    return {};
  }
  reload_metrics_.Set(false, 0);
  log_.Error("configuration is not reloaded, the one before stays in use",
             {{"file", flags_.config_file}, {"error", checked.error().message}});
  const MutexLock lock(mutex_);
  reload_successful_ = false;
  return checked;
}

std::map<std::string, std::string> Program::FlagTexts() const {
  return {{"config.file", flags_.config_file},
          {"web.listen-address", flags_.listen_address},
          {"web.config.file", flags_.web_config_file},
          {"web.external-url", flags_.external_url},
          {"web.allow-writes-from", fmt::format("{}", fmt::join(flags_.allow_writes_from, ","))},
          {"web.read-only-data", flags_.read_only_data ? "true" : "false"},
          {"storage.path", flags_.storage_path},
          {"storage.retention", flags_.retention ? FormatDuration(*flags_.retention) : ""},
          {"query.lookback-delta", FormatDuration(flags_.query_lookback_delta)},
          {"query.max-concurrency", std::to_string(flags_.query_max_concurrency)},
          {"query.max-samples", std::to_string(flags_.query_max_samples)},
          {"query.timeout", FormatDuration(flags_.query_timeout)},
          {"enable-feature", fmt::format("{}", fmt::join(flags_.features, ","))}};
}

Status Program::Listen() {
  auto router = std::make_shared<net::Router>();
  api::ApiDeps deps{.clock = clock_, .storage = *head_, .targets = api::TargetsOf(*scrapes_)};
  deps.log = log_.Named("api");
  deps.engine = engine_options_;
  deps.gate = std::make_shared<api::QueryGate>(flags_.query_max_concurrency, kQueriesWaiting);
  deps.queries = std::make_shared<promql::PreparedQueries>(engine_options_.parser);
  deps.build.revision = kRevision;
  deps.started_at = started_at_;
  deps.stop = stop_.get_token();
  {
    const MutexLock lock(mutex_);
    deps.retention = FormatDuration(config_.storage.retention);
  }
  deps.ready = [this] {
    return ready_.load();
  };
  deps.config_yaml = [this] {
    const MutexLock lock(mutex_);
    return config_.shown;
  };
  deps.flags = [this] {
    return FlagTexts();
  };
  deps.reload_state = [this] {
    const MutexLock lock(mutex_);
    return api::ReloadState{.successful = reload_successful_, .at = reloaded_at_};
  };
  deps.head_facts = [this] {
    const tsdb::HeadStats stats = head_->Stats();
    return api::HeadFacts{.chunks = stats.chunks,
                          .oldest = FromUnixMillis(stats.first_at),
                          .newest = FromUnixMillis(stats.last_at)};
  };
  deps.reload = [this] {
    return Reload();
  };
  api::RegisterApi(*router, std::move(deps));
  alerts::RegisterRulesApi(*router, [this] { return rules_->Groups(); });
  web::RegisterWeb(*router);
  AddHealth(*router);
  AddPings(*router);
  AddAlertmanager(*router);
  net::HttpServerOptions options;
  const bool serves_probes = ServesProbes();
  options.threads = static_cast<int>(flags_.query_max_concurrency) + kQueriesWaiting +
                    kOtherThreads + (serves_probes ? kProbesAtOnce : 0);
  probe_api_.Register(*router, serves_probes ? kProbesAtOnce : 1);
  options.listen_address = flags_.listen_address;
  options.web_config_file = flags_.web_config_file;
  options.allow_writes_from = flags_.allow_writes_from;
  SW_TRY_ASSIGN(server_, net::HttpServer::Start(options, std::move(router), log_.Named("http")));
  log_.Info("listening", {{"address", flags_.listen_address}, {"port", server_->port()}});
  return {};
}

bool Program::ServesProbes() const {
  const MutexLock lock(mutex_);
  return !config_.probe.is_null();
}

void Program::AddHealth(net::Router& router) {
  api::RegisterHealth(router,
                      {.clock = clock_,
                       .version = std::string(kVersion),
                       .started_at = started_at_,
                       .ready = [this] { return ready_.load(); },
                       .targets = [this] { return scrapes_->Statuses(); },
                       .rules = [this] { return HealthRulesOf(rules_->Groups()); },
                       .storage_error = [this] { return head_->Stats().last_journal_error; },
                       .numbers =
                           [this] {
                             const tsdb::HeadStats stats = head_->Stats();
                             return std::vector<std::pair<std::string, double>>{
                                 {"series", static_cast<double>(stats.series)},
                                 {"samples", static_cast<double>(stats.samples_stored)}};
                           }});
}

void Program::AddPings(net::Router& router) {
  heartbeats::RegisterPings(router, pings_, [this] {
    std::vector<std::string> names;
    for (const scrape::TargetStatus& target : scrapes_->Statuses()) {
      if (target.config.kind == heartbeats::kKind) {
        names.push_back(target.config.name);
      }
    }
    return names;
  });
}

void Program::FollowDiscovery() {
  bool changed = false;
  {
    const MutexLock lock(mutex_);
    const std::uint64_t now = application::DiscoverySignature(config_.scrape_configs);
    // Set at once: a file that is wrong is told of once, not every few seconds.
    changed = std::exchange(discovery_, now) != now;
  }
  if (changed) {
    [[maybe_unused]] const Status reloaded = Reload();
  }
}

void Program::AddAlertmanager(net::Router& router) {
  alerts::RegisterHistoryApi(router, *history_);
  alerts::RegisterAckApi(
      router, {.clock = clock_, .notifier = *notifier_, .acknowledgements = *acknowledgements_});
  alerts::RegisterAckPage(router,
                          {.clock = clock_,
                           .notifier = *notifier_,
                           .acknowledgements = *acknowledgements_,
                           .links = *ack_links_});
  alerts::RegisterAlertmanagerApi(router,
                                  {.clock = clock_,
                                   .notifier = *notifier_,
                                   .silences = *silences_,
                                   .put =
                                       [this](std::span<const alerts::Alert> alerts) {
                                         notifier_->Put(alerts, alerts::Notifier::Origin::kApi);
                                       },
                                   .config_yaml =
                                       [this] {
                                         const MutexLock lock(mutex_);
                                         return config_.shown_notifications;
                                       },
                                   .started_at = started_at_,
                                   .version = std::string(kVersion),
                                   .revision = std::string(kRevision)});
}

void Program::NoteEnded(std::span<const alerts::Alert> ended) {
  silences_->NoteEnded(ended);
  if (all_evaluated_ && silences_->AnyUntilResolved()) {
    silences_->Maintain(notifier_->Alerts());
  }
}

void Program::CleanUp() {
  if (all_evaluated_) {
    notifier_->Maintain();
    silences_->Maintain(notifier_->Alerts());
  }
  if (flags_.read_only_data) {
    return;
  }
  if (const Status truncated = head_->Truncate(clock_.Now()); !truncated) {
    log_.Warn("old samples are not removed from the journal",
              {{"error", truncated.error().message}});
  }
}

bool Program::Stop() {
  stop_.request_stop();
  rule_thread_.request_stop();
  server_.reset();
  const bool all_ended = scrapes_ == nullptr || scrapes_->Stop();
  if (rule_thread_.joinable()) {
    rule_thread_.join();
  }
  if (notifier_) {
    notifier_->Stop();
  }
  return all_ended;
}

}  // namespace sidewatch::app
