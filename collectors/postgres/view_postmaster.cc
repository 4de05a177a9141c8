#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"start_time_seconds",
     Gauge("pg_postmaster_start_time_seconds",
           {},
           "pg_postmaster_start_time()",
           "When the server was started.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {
    {.min_version = 80100,
     .sql = "SELECT extract(epoch FROM pg_postmaster_start_time()) AS start_time_seconds"}};

}  // namespace

constinit const View kPostmasterView = {
    .name = "postmaster", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
