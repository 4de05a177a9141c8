#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"transactions",
     Gauge("pg_long_running_transactions",
           {},
           "count(*) of pg_stat_activity",
           "Open transactions besides autovacuum's.")},
    {"oldest_timestamp_seconds",
     Gauge("pg_long_running_transactions_oldest_timestamp_seconds",
           {},
           "min(pg_stat_activity.xact_start)",
           "When the oldest open transaction began.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Our own transaction is left out: it would always be there and never be old.
constexpr VersionedQuery kQueries[] = {{.min_version = 90200, .sql = R"(
SELECT count(*) AS transactions, extract(epoch FROM min(xact_start)) AS oldest_timestamp_seconds
  FROM pg_catalog.pg_stat_activity
 WHERE state IS DISTINCT FROM 'idle' AND query NOT LIKE 'autovacuum:%'
   AND xact_start IS NOT NULL AND pid <> pg_backend_pid())"}};

}  // namespace

constinit const View kLongRunningView = {
    .name = "long_running_transactions", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
