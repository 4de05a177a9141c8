#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname", "pid", "usename", "application_name", "state"};

constexpr ColumnMetric kMetrics[] = {
    {"sessions",
     OwnGauge("pg_blocking_sessions",
              kLabels,
              "pg_blocking_pids()",
              "Sessions that wait for a lock that this one holds; absent: none do.")},
    {"transaction_age",
     OwnGauge("pg_blocking_sessions_transaction_seconds",
              kLabels,
              "now() - pg_stat_activity.xact_start",
              "Seconds that the transaction of a session that blocks others has run.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Asking who blocks takes all of the lock manager's locks: only for those who wait, and not for
// more than fifty. Pid 0 is a prepared transaction, which no session holds.
constexpr VersionedQuery kQueries[] = {{.min_version = 90600, .sql = R"(
SELECT b.datname, w.blocker AS pid, b.usename, b.application_name, b.state,
       count(DISTINCT w.pid) AS sessions,
       max(extract(epoch FROM clock_timestamp() - b.xact_start)) AS transaction_age
  FROM (SELECT a.pid, unnest(pg_blocking_pids(a.pid)) AS blocker
          FROM (SELECT pid FROM pg_catalog.pg_stat_activity
                 WHERE wait_event_type = 'Lock' ORDER BY query_start LIMIT 50) a) w
  LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = w.blocker
 GROUP BY 1, 2, 3, 4, 5 ORDER BY count(DISTINCT w.pid) DESC LIMIT 20)"}};

}  // namespace

constinit const View kBlockingSessionsView = {
    .name = "blocking_sessions", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
