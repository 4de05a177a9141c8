#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"archived_count",
     Counter("pg_stat_archiver_archived_count",
             {},
             "pg_stat_archiver.archived_count",
             "WAL files archived.")},
    {"failed_count",
     Counter("pg_stat_archiver_failed_count",
             {},
             "pg_stat_archiver.failed_count",
             "Failed attempts to archive a WAL file.")},
    {"last_archive_age",
     Gauge("pg_stat_archiver_last_archive_age",
           {},
           "now() - pg_stat_archiver.last_archived_time",
           "Seconds since a WAL file was last archived.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 90400, .sql = R"(
SELECT archived_count, failed_count,
       extract(epoch FROM now() - last_archived_time) AS last_archive_age
  FROM pg_catalog.pg_stat_archiver)"}};

}  // namespace

constinit const View kArchiverView = {
    .name = "stat_archiver", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
