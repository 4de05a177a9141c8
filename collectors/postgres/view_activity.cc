#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname",
                                        "state",
                                        "usename",
                                        "application_name",
                                        "backend_type",
                                        "wait_event_type",
                                        "wait_event"};

constexpr ColumnMetric kMetrics[] = {
    {"count",
     Gauge("pg_stat_activity_count",
           kLabels,
           "count(*) of pg_stat_activity",
           "Server processes of this database in this state.")},
    {"max_tx_duration",
     Gauge("pg_stat_activity_max_tx_duration",
           kLabels,
           "max(now() - pg_stat_activity.xact_start)",
           "Seconds that the oldest open transaction in this state has run.")},
};
static_assert(ColumnsAreSound(kMetrics));

// A state that no process is in has a count of 0: that is known, not absent. The duration of no
// transaction is NULL.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT d.datname, s.state, a.usename, a.application_name, a.backend_type, a.wait_event_type,
       a.wait_event, count(a.pid) AS count,
       extract(epoch FROM max(now() - a.xact_start)) AS max_tx_duration
  FROM pg_catalog.pg_database d
 CROSS JOIN (VALUES ('active'), ('idle'), ('idle in transaction'),
                    ('idle in transaction (aborted)'), ('fastpath function call'),
                    ('disabled')) AS s(state)
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.datid = d.oid AND a.state = s.state
 GROUP BY 1, 2, 3, 4, 5, 6, 7)"}};

}  // namespace

constinit const View kActivityView = {
    .name = "stat_activity", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
