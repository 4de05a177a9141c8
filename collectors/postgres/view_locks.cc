#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname", "mode"};

constexpr ColumnMetric kMetrics[] = {
    {"count",
     Gauge("pg_locks_count",
           kLabels,
           "count(*) of pg_locks",
           "Locks held or awaited in the database.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 90100, .sql = R"(
SELECT d.datname, m.mode, coalesce(l.count, 0) AS count
  FROM pg_catalog.pg_database d
 CROSS JOIN (VALUES ('accesssharelock'), ('rowsharelock'), ('rowexclusivelock'),
                    ('shareupdateexclusivelock'), ('sharelock'), ('sharerowexclusivelock'),
                    ('exclusivelock'), ('accessexclusivelock'), ('sireadlock')) AS m(mode)
  LEFT JOIN (SELECT database, lower(mode) AS mode, count(*) AS count
               FROM pg_catalog.pg_locks WHERE database IS NOT NULL
              GROUP BY 1, 2) l ON l.database = d.oid AND l.mode = m.mode)"}};

}  // namespace

constinit const View kLocksView = {.name = "locks", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
