#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"queryid", "query"};

constexpr ColumnMetric kMetrics[] = {
    {"present",
     Counter("pg_stat_statements_query_id",
             kLabels,
             "pg_stat_statements.query",
             "1 for each of the statements shown, with the first 120 characters of its text.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Off unless asked for: a text may hold what must not leave the database. Its constants are
// replaced by the server, its names and comments are not.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT queryid, left(min(query), 120) AS query, 1 AS present
  FROM pg_stat_statements
 GROUP BY queryid ORDER BY sum(total_time) DESC LIMIT :statements)"},
                                       {.min_version = 130000, .sql = R"(
SELECT queryid, left(min(query), 120) AS query, 1 AS present
  FROM pg_stat_statements
 GROUP BY queryid ORDER BY sum(total_exec_time) DESC LIMIT :statements)"}};

}  // namespace

constinit const View kStatementTextsView = {.name = "stat_statements_query",
                                            .on_by_default = false,
                                            .extension = "pg_stat_statements",
                                            .queries = kQueries,
                                            .metrics = kMetrics};

}  // namespace sidewatch::postgres
