#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"relname"};

constexpr ColumnMetric kMetrics[] = {
    {"timestamp_seconds",
     Gauge("pg_stat_activity_autovacuum_timestamp_seconds",
           kLabels,
           "min(pg_stat_activity.xact_start) of autovacuum workers",
           "When the running autovacuum of this table began.")},
};
static_assert(ColumnsAreSound(kMetrics));

// A worker's query reads `autovacuum: VACUUM public.orders (to prevent wraparound)`.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT coalesce(substring(query FROM '(?:VACUUM|ANALYZE) (\S+)'), 'unknown') AS relname,
       extract(epoch FROM min(xact_start)) AS timestamp_seconds
  FROM pg_catalog.pg_stat_activity
 WHERE backend_type = 'autovacuum worker' AND query LIKE 'autovacuum:%'
 GROUP BY 1)"}};

}  // namespace

constinit const View kAutovacuumView = {
    .name = "stat_activity_autovacuum", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
