#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datid", "datname", "server"};

constexpr ColumnMetric kMetrics[] = {
    {"confl_tablespace",
     Counter("pg_stat_database_conflicts_confl_tablespace",
             kLabels,
             "pg_stat_database_conflicts.confl_tablespace",
             "Queries on a replica cancelled because a tablespace was dropped.")},
    {"confl_lock",
     Counter("pg_stat_database_conflicts_confl_lock",
             kLabels,
             "pg_stat_database_conflicts.confl_lock",
             "Queries on a replica cancelled because they held a lock too long.")},
    {"confl_snapshot",
     Counter("pg_stat_database_conflicts_confl_snapshot",
             kLabels,
             "pg_stat_database_conflicts.confl_snapshot",
             "Queries on a replica cancelled because their snapshot was too old.")},
    {"confl_bufferpin",
     Counter("pg_stat_database_conflicts_confl_bufferpin",
             kLabels,
             "pg_stat_database_conflicts.confl_bufferpin",
             "Queries on a replica cancelled because they held a buffer pin.")},
    {"confl_deadlock",
     Counter("pg_stat_database_conflicts_confl_deadlock",
             kLabels,
             "pg_stat_database_conflicts.confl_deadlock",
             "Queries on a replica cancelled because of a deadlock.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 90100, .sql = R"(
SELECT datid, datname, confl_tablespace, confl_lock, confl_snapshot, confl_bufferpin,
       confl_deadlock
  FROM pg_catalog.pg_stat_database_conflicts)"}};

}  // namespace

constinit const View kConflictsView = {
    .name = "stat_database_conflicts", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
