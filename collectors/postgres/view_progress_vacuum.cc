#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname", "relname"};
constexpr std::string_view kPhaseLabels[] = {"datname", "relname", "phase"};

constexpr ColumnMetric kMetrics[] = {
    {"running",
     Gauge("pg_stat_progress_vacuum_phase",
           kPhaseLabels,
           "pg_stat_progress_vacuum.phase",
           "1 for the phase that the vacuum of this table is in.")},
    {"heap_blks",
     Gauge("pg_stat_progress_vacuum_heap_blks",
           kLabels,
           "pg_stat_progress_vacuum.heap_blks_total",
           "Blocks of the table when the vacuum began.")},
    {"heap_blks_scanned",
     Gauge("pg_stat_progress_vacuum_heap_blks_scanned",
           kLabels,
           "pg_stat_progress_vacuum.heap_blks_scanned",
           "Blocks of the table scanned so far.")},
    {"heap_blks_vacuumed",
     Gauge("pg_stat_progress_vacuum_heap_blks_vacuumed",
           kLabels,
           "pg_stat_progress_vacuum.heap_blks_vacuumed",
           "Blocks of the table vacuumed so far.")},
    {"index_vacuums",
     Gauge("pg_stat_progress_vacuum_index_vacuums",
           kLabels,
           "pg_stat_progress_vacuum.index_vacuum_count",
           "Index vacuum cycles done so far.")},
    {"max_dead_tuples",
     Gauge("pg_stat_progress_vacuum_max_dead_tuples",
           kLabels,
           "pg_stat_progress_vacuum.max_dead_tuples",
           "Dead rows that fit in memory before the indexes must be vacuumed.")},
    {"num_dead_tuples",
     Gauge("pg_stat_progress_vacuum_num_dead_tuples",
           kLabels,
           "pg_stat_progress_vacuum.num_dead_tuples",
           "Dead rows collected since the last index vacuum.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Release 17 counts dead rows in bytes and under another name.
constexpr VersionedQuery kQueries[] = {{.min_version = 90600, .sql = R"(
SELECT p.datname, c.relname, p.phase, 1 AS running, p.heap_blks_total AS heap_blks,
       p.heap_blks_scanned, p.heap_blks_vacuumed, p.index_vacuum_count AS index_vacuums,
       p.max_dead_tuples, p.num_dead_tuples
  FROM pg_catalog.pg_stat_progress_vacuum p
  JOIN pg_catalog.pg_class c ON c.oid = p.relid
 WHERE p.datname = current_database())"},
                                       {.min_version = 170000, .sql = R"(
SELECT p.datname, c.relname, p.phase, 1 AS running, p.heap_blks_total AS heap_blks,
       p.heap_blks_scanned, p.heap_blks_vacuumed, p.index_vacuum_count AS index_vacuums,
       p.num_dead_item_ids AS num_dead_tuples
  FROM pg_catalog.pg_stat_progress_vacuum p
  JOIN pg_catalog.pg_class c ON c.oid = p.relid
 WHERE p.datname = current_database())"}};

}  // namespace

constinit const View kProgressVacuumView = {.name = "stat_progress_vacuum",
                                            .scope = Scope::kDatabase,
                                            .queries = kQueries,
                                            .metrics = kMetrics};

}  // namespace sidewatch::postgres
