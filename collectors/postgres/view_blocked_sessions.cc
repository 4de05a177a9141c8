#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname"};

constexpr ColumnMetric kMetrics[] = {
    {"sessions",
     OwnGauge("pg_blocked_sessions",
              kLabels,
              "count(*) of pg_stat_activity, wait_event_type Lock",
              "Sessions of the database that wait for a lock that another one holds.")},
    {"longest_wait",
     OwnGauge("pg_blocked_sessions_longest_wait_seconds",
              kLabels,
              "pg_locks.waitstart, before PostgreSQL 14 pg_stat_activity.query_start",
              "Seconds that the longest of these waits has lasted; absent: nobody waits.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 90600, .sql = R"(
SELECT d.datname, count(a.pid) AS sessions,
       extract(epoch FROM clock_timestamp() - min(a.query_start)) AS longest_wait
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.datid = d.oid AND a.wait_event_type = 'Lock'
 WHERE NOT d.datistemplate
 GROUP BY 1)"},
                                       {.min_version = 140000, .sql = R"(
SELECT d.datname, count(DISTINCT a.pid) AS sessions,
       extract(epoch FROM clock_timestamp() - min(coalesce(l.waitstart, a.query_start)))
         AS longest_wait
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.datid = d.oid AND a.wait_event_type = 'Lock'
  LEFT JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND NOT l.granted
 WHERE NOT d.datistemplate
 GROUP BY 1)"}};

}  // namespace

constinit const View kBlockedSessionsView = {
    .name = "blocked_sessions", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
