#include "collectors/postgres/postgres.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "collectors/postgres/conninfo.h"
#include "collectors/postgres/options.h"
#include "collectors/postgres/query_runner.h"
#include "collectors/postgres/session.h"
#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kCollectorLabel[] = {"collector"};

constexpr MetricDescriptor kUp =
    Gauge("pg_up", {}, "the run", "1 if the last run reached the server.");

constexpr MetricDescriptor kSuccess = Gauge(
    "pg_scrape_collector_success", kCollectorLabel, "the run", "1 if this part of the run worked.");

constexpr MetricDescriptor kPartDuration = Gauge("pg_scrape_collector_duration_seconds",
                                                 kCollectorLabel,
                                                 "the run",
                                                 "Seconds that this part of the run took.");

constexpr MetricDescriptor kLastError =
    Gauge("pg_exporter_last_scrape_error", {}, "the run", "1 if a part of the last run failed.");

constexpr MetricDescriptor kLastDuration = Gauge(
    "pg_exporter_last_scrape_duration_seconds", {}, "the run", "Seconds that the last run took.");

constexpr MetricDescriptor kRuns =
    Counter("pg_exporter_scrapes_total", {}, "the run", "Runs since the target was configured.");

constexpr MetricDescriptor kOwnMetrics[] = {
    kUp, kSuccess, kPartDuration, kLastError, kLastDuration, kRuns};
static_assert(DescriptorsAreSound(kOwnMetrics));

constexpr std::size_t kMaxDatabases = 100;

constexpr std::string_view kExtensionsQuery = "SELECT extname FROM pg_catalog.pg_extension";

constexpr std::string_view kDatabasesQuery =
    "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate "
    "AND has_database_privilege(oid, 'CONNECT') ORDER BY datname";

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::vector<std::string> FirstColumn(const Reply& reply) {
  std::vector<std::string> texts;
  if (reply.rows) {
    const Rows rows(**reply.rows);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      texts.emplace_back(rows.Text(row, 0).value_or(std::string_view()));
    }
  }
  return texts;
}

bool Contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// How one part went, over all databases.
struct Part {
  Duration took{};
  bool ok = true;
};

/// A connection that is kept, and what is known about its database.
struct Database {
  std::optional<Session> session;
  std::vector<std::string> extensions;
  std::map<const View*, std::string> errors;  ///< The last one of each part that fails.
};

/// What one run has found so far.
struct Run {
  const scrape::RunContext& context;
  scrape::SampleSink& sink;
  Conninfo conninfo;
  std::map<const View*, Part> parts;
  std::vector<std::string> databases;  ///< All that exist, if they were asked for.
  bool complete = true;
};

class PostgresCollector final : public scrape::Collector {
 public:
  PostgresCollector(Options options, std::string instance, const scrape::CollectorDeps& deps)
      : options_(std::move(options)),
        instance_(std::move(instance)),
        clock_(deps.clock),
        log_(deps.log.Named("postgres")),
        queries_(options_.queries, deps) {}

  Status Collect(const scrape::RunContext& context, scrape::SampleSink& sink) override;

  std::string Instance() const override { return instance_; }

 private:
  std::vector<const View*> ViewsFor(const Database& database, bool main) const;
  Status Connect(Database& database, const Conninfo& conninfo, const scrape::RunContext& context);
  Status CollectMain(Run& run);
  Status CollectOther(const std::string& name, Run& run);
  Status CollectOthers(Run& run);
  Result<std::vector<Reply>> Ask(Database& database,
                                 const Conninfo& conninfo,
                                 bool main,
                                 std::vector<const View*>& views,
                                 const scrape::RunContext& context);
  Replies AskOnce(Database& database,
                  const Conninfo& conninfo,
                  bool main,
                  std::vector<const View*>& views,
                  const scrape::RunContext& context);
  Status ReadParts(Database& database,
                   std::span<const View* const> views,
                   std::span<const Reply> replies,
                   Run& run);
  void NoteFailure(Database& database, const View& view, const Error& error);
  void RunQueries(Database& database, const Conninfo& conninfo, bool main, Run& run);
  bool Report(const Run& run);
  std::vector<std::string> OtherDatabases(const Run& run);
  bool Wants(std::string_view database) const;

  Options options_;
  std::string instance_;
  const Clock& clock_;
  Logger log_;
  double runs_ = 0;
  std::string main_name_;
  Database main_;
  std::map<std::string, Database> others_;
  QueryRunner queries_;
};

bool PostgresCollector::Wants(std::string_view database) const {
  const bool listed = options_.all_databases || options_.databases.empty() ||
                      Contains(options_.databases, database);
  return listed && !Contains(options_.exclude_databases, database);
}

std::vector<const View*> PostgresCollector::ViewsFor(const Database& database, bool main) const {
  std::vector<const View*> views;
  const bool wanted = Wants(database.session->database());
  for (const View* view : options_.views) {
    const bool here = view->scope == Scope::kServer ? main : wanted;
    const bool possible = view->extension.empty() || Contains(database.extensions, view->extension);
    if (here && possible && !QueryFor(*view, database.session->server_version()).empty()) {
      views.push_back(view);
    }
  }
  return views;
}

Status PostgresCollector::Connect(Database& database,
                                  const Conninfo& conninfo,
                                  const scrape::RunContext& context) {
  SW_TRY_ASSIGN(Session session, Session::Open(conninfo, context, clock_));
  const std::vector<std::string> queries = {std::string(kExtensionsQuery)};
  const Replies facts = session.Run(queries, context);
  SW_TRY(facts.status);
  database.extensions = FirstColumn(facts.replies.front());
  database.session = std::move(session);
  return {};
}

/// Sends the queries of `views`, then those that tell what the next run may ask.
Replies PostgresCollector::AskOnce(Database& database,
                                   const Conninfo& conninfo,
                                   bool main,
                                   std::vector<const View*>& views,
                                   const scrape::RunContext& context) {
  if (!database.session) {
    if (Status connected = Connect(database, conninfo, context); !connected) {
      return {.replies = {}, .status = std::move(connected)};
    }
  }
  views = ViewsFor(database, main);
  std::vector<std::string> queries;
  queries.reserve(views.size() + 2);
  for (const View* view : views) {
    queries.push_back(
        WithLimits(QueryFor(*view, database.session->server_version()), options_.limits));
  }
  queries.emplace_back(kExtensionsQuery);
  if (main && options_.all_databases) {
    queries.emplace_back(kDatabasesQuery);
  }
  Replies replies = database.session->Run(queries, context);
  if (replies.status) {
    database.extensions = FirstColumn(replies.replies[views.size()]);
  } else {
    database.session.reset();
  }
  return replies;
}

/// A connection kept from the last run may have died meanwhile: then once more over a new one.
Result<std::vector<Reply>> PostgresCollector::Ask(Database& database,
                                                  const Conninfo& conninfo,
                                                  bool main,
                                                  std::vector<const View*>& views,
                                                  const scrape::RunContext& context) {
  const bool kept = database.session.has_value();
  Replies replies = AskOnce(database, conninfo, main, views, context);
  const bool died = kept && !replies.status && replies.replies.empty() &&
                    replies.status.error().code == ErrorCode::kUnavailable;
  if (died) {
    replies = AskOnce(database, conninfo, main, views, context);
  }
  if (!replies.status) {
    return Fail(std::move(replies.status).error());
  }
  return std::move(replies.replies);
}

Status PostgresCollector::ReadParts(Database& database,
                                    std::span<const View* const> views,
                                    std::span<const Reply> replies,
                                    Run& run) {
  const ReadContext context{.server = instance_};
  std::optional<Error> first;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const View& view = *views[i];
    Part& part = run.parts[&view];
    part.took += replies[i].took;
    if (replies[i].rows) {
      view.read(view, Rows(**replies[i].rows), context, run.sink);
      database.errors.erase(&view);
      continue;
    }
    part.ok = false;
    ++failed;
    NoteFailure(database, view, replies[i].rows.error());
    first = first ? first : replies[i].rows.error();
  }
  if (first && failed == views.size()) {
    return FailWith("every query failed, the first with", *first);
  }
  return {};
}

void PostgresCollector::NoteFailure(Database& database, const View& view, const Error& error) {
  std::string& last = database.errors[&view];
  if (last != error.message) {
    last = error.message;
    log_.Warn("a part of the run fails",
              {{"instance", instance_},
               {"collector", view.name},
               {"database", database.session->database()},
               {"error", error.message}});
  }
}

Status PostgresCollector::CollectMain(Run& run) {
  std::vector<const View*> views;
  SW_TRY_ASSIGN(const std::vector<Reply> replies,
                Ask(main_, run.conninfo, true, views, run.context));
  main_name_ = main_.session->database();
  if (options_.all_databases) {
    run.databases = FirstColumn(replies.back());
  }
  SW_TRY(ReadParts(main_, views, replies, run));
  RunQueries(main_, run.conninfo, true, run);
  return {};
}

std::vector<std::string> PostgresCollector::OtherDatabases(const Run& run) {
  std::vector<std::string> names;
  for (const std::string& name : options_.all_databases ? run.databases : options_.databases) {
    if (name != main_name_ && Wants(name) && names.size() < kMaxDatabases) {
      names.push_back(name);
    }
  }
  std::erase_if(others_, [&](const auto& entry) { return !Contains(names, entry.first); });
  return names;
}

Status PostgresCollector::CollectOther(const std::string& name, Run& run) {
  Database& database = others_[name];
  std::vector<const View*> views;
  const Conninfo conninfo = run.conninfo.WithDatabase(name);
  const Result<std::vector<Reply>> replies = Ask(database, conninfo, false, views, run.context);
  if (!replies) {
    return FailWith(fmt::format("database {}", name), replies.error());
  }
  SW_TRY(ReadParts(database, views, *replies, run));
  RunQueries(database, conninfo, false, run);
  return {};
}

/// The user's own queries, after the parts: they cannot keep those from being read.
void PostgresCollector::RunQueries(Database& database,
                                   const Conninfo& conninfo,
                                   bool main,
                                   Run& run) {
  if (queries_.empty()) {
    return;
  }
  queries_.Run({.database = database.session->database(),
                .main = main,
                .wanted = Wants(database.session->database()),
                .session = database.session,
                .connect =
                    [&](const scrape::RunContext& context) {
                      return Connect(database, conninfo, context);
                    }},
               run.context,
               run.sink);
}

/// Reads the databases besides the first one. One that does not let us in leaves the server up; the
/// end of the run does not.
Status PostgresCollector::CollectOthers(Run& run) {
  for (const std::string& name : OtherDatabases(run)) {
    Status other = CollectOther(name, run);
    if (other) {
      continue;
    }
    run.complete = false;
    const ErrorCode code = other.error().code;
    if (code == ErrorCode::kDeadlineExceeded || code == ErrorCode::kCancelled) {
      return other;
    }
    for (const View* view : options_.views) {
      if (view->scope == Scope::kDatabase && view->extension.empty()) {
        run.parts[view].ok = false;
      }
    }
    log_.Debug("a database cannot be read", {{"error", other.error().message}});
  }
  return {};
}

/// Writes how the parts and the user's queries went. False: one failed.
bool PostgresCollector::Report(const Run& run) {
  bool complete = true;
  const auto add = [&](std::string_view name, Duration took, bool ok) {
    run.sink.Add(kSuccess, {name}, ok ? 1 : 0);
    run.sink.Add(kPartDuration, {name}, Seconds(took));
    complete = complete && ok;
  };
  for (const auto& [view, part] : run.parts) {
    add(view->name, part.took, part.ok);
  }
  for (const QueryRunner::Part& part : queries_.TakeReport()) {
    add(part.name, part.took, part.ok);
    run.sink.Add(kQueryCutRows, {part.query}, static_cast<double>(part.cut));
  }
  return complete;
}

Status PostgresCollector::Collect(const scrape::RunContext& context, scrape::SampleSink& sink) {
  const SteadyTime began = clock_.Steady();
  SW_TRY_ASSIGN(const Secret dsn, options_.dsn.empty() ? Secret() : options_.dsn.Load());
  SW_TRY_ASSIGN(Conninfo conninfo, Conninfo::Parse(dsn));
  Run run{.context = context,
          .sink = sink,
          .conninfo = std::move(conninfo),
          .parts = {},
          .databases = {}};
  ++runs_;
  Status status = CollectMain(run);
  if (status) {
    status = CollectOthers(run);
  }
  const bool parts_worked = Report(run);
  sink.Add(kLastError, run.complete && status && parts_worked ? 0 : 1);
  sink.Add(kLastDuration, Seconds(std::chrono::duration_cast<Duration>(clock_.Steady() - began)));
  sink.Add(kRuns, runs_);
  return status;
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  Options options = ReadOptions(target);
  std::string instance = "postgres";
  // A dsn_file may come later than the program; its name then stands for the target.
  const Result<Secret> dsn = options.dsn.empty() ? Result<Secret>(Secret()) : options.dsn.Load();
  if (dsn) {
    const Result<Conninfo> conninfo = Conninfo::Parse(*dsn);
    if (conninfo) {
      instance = conninfo->Instance();
    } else {
      target.ErrorAt("dsn", conninfo.error().message);
    }
  }
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<PostgresCollector>(std::move(options), std::move(instance), deps);
}

std::span<const MetricDescriptor> AllMetrics() {
  static const std::vector<MetricDescriptor> kAll = [] {
    std::vector<MetricDescriptor> all(std::begin(kOwnMetrics), std::end(kOwnMetrics));
    for (const View* view : AllViews()) {
      for (const ColumnMetric& row : view->metrics) {
        all.push_back(row.metric);
      }
    }
    all.push_back(kQueryCutRows);
    return all;
  }();
  return kAll;
}

}  // namespace

const scrape::CollectorSpec kPostgresSpec = {
    .kind = "postgres",
    .default_job = "postgres",
    .summary = "PostgreSQL: activity, databases, tables, locks, replication, WAL and settings.",
    .metrics = AllMetrics(),
    .up = &kUp,
    .create = &Create,
};

}  // namespace sidewatch::postgres
