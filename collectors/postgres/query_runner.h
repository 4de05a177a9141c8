#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/postgres/session.h"
#include "collectors/postgres/user_query.h"
#include "exporter/base/log.h"

namespace sidewatch::postgres {

/// Where queries are run: a database and its connection, if there is one.
struct QueryPlace {
  std::string database;
  bool main = false;    ///< The dsn's: queries that are not for each database run only here.
  bool wanted = false;  ///< One of those whose tables are looked into.
  std::optional<Session>& session;

  /// Opens the connection anew after a query has lost it.
  std::function<Status(const scrape::RunContext&)> connect;
};

/// Runs the queries of the configuration, one after the other: each gets at most half of the time
/// that is then left, so a slow or failing one costs only itself.
class QueryRunner {
 public:
  QueryRunner(std::vector<UserQuery> queries, const scrape::CollectorDeps& deps);

  bool empty() const { return queries_.empty(); }

  /// Never fails: what a query cannot do stands in its part of `sink` and once in the log.
  void Run(const QueryPlace& place, const scrape::RunContext& run, scrape::SampleSink& sink);

  /// How one query went, over all databases.
  struct Part {
    std::string name;  ///< As in `pg_scrape_collector_success{collector}`.
    std::string query;
    Duration took{};
    bool ok = true;
    bool tried = false;
    std::uint64_t cut = 0;  ///< Rows left out since the target was configured.
  };

  /// The queries that were tried since the last call.
  std::vector<Part> TakeReport();

 private:
  struct Answered {
    std::vector<MetricFamily> families;
    SteadyTime at;
  };

  using Place = std::pair<std::size_t, std::string>;  ///< A query and a database.

  void RunOne(std::size_t index,
              const QueryPlace& place,
              const scrape::RunContext& run,
              scrape::SampleSink& sink);
  Result<QueryAnswer> Ask(const UserQuery& query,
                          const QueryPlace& place,
                          const scrape::RunContext& run);
  void Note(const UserQuery& query, const Place& where, const std::optional<Error>& problem);

  std::vector<UserQuery> queries_;
  std::vector<Part> parts_;
  std::map<Place, Answered> cached_;
  std::map<Place, std::string> errors_;  ///< The last one of each query that fails.
  std::string target_;
  const Clock& clock_;
  Logger log_;
};

inline constexpr std::string_view kQueryLabel[] = {"query"};

inline constexpr MetricDescriptor kQueryCutRows = {
    .name = "sidewatch_postgres_query_cut_rows_total",
    .type = MetricType::kCounter,
    .labels = kQueryLabel,
    .help =
        "Rows of a query of the configuration that were left out: over its max_rows, at most "
        "1000 of them counted a run.",
    .source = "the run"};
static_assert(DescriptorsAreSound({&kQueryCutRows, 1}));

}  // namespace sidewatch::postgres
