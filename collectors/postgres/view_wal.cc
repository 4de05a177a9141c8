#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"segments", Gauge("pg_wal_segments", {}, "pg_ls_waldir()", "Files in the WAL directory.")},
    {"size_bytes",
     Gauge("pg_wal_size_bytes",
           {},
           "sum(size) of pg_ls_waldir()",
           "Size of the files in the WAL directory.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Needs the role pg_monitor. History and backup label files are not segments.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT count(*) AS segments, sum(size) AS size_bytes
  FROM pg_catalog.pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$')"}};

}  // namespace

constinit const View kWalView = {.name = "wal", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
