#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname", "schemaname", "relname"};

constexpr ColumnMetric kMetrics[] = {
    {"heap_blks_read",
     Counter("pg_statio_user_tables_heap_blocks_read",
             kLabels,
             "pg_statio_user_tables.heap_blks_read",
             "Blocks of the table read from disk.")},
    {"heap_blks_hit",
     Counter("pg_statio_user_tables_heap_blocks_hit",
             kLabels,
             "pg_statio_user_tables.heap_blks_hit",
             "Blocks of the table found in shared buffers.")},
    {"idx_blks_read",
     Counter("pg_statio_user_tables_idx_blocks_read",
             kLabels,
             "pg_statio_user_tables.idx_blks_read",
             "Blocks of the table's indexes read from disk.")},
    {"idx_blks_hit",
     Counter("pg_statio_user_tables_idx_blocks_hit",
             kLabels,
             "pg_statio_user_tables.idx_blks_hit",
             "Blocks of the table's indexes found in shared buffers.")},
    {"toast_blks_read",
     Counter("pg_statio_user_tables_toast_blocks_read",
             kLabels,
             "pg_statio_user_tables.toast_blks_read",
             "Blocks of the table's TOAST table read from disk.")},
    {"toast_blks_hit",
     Counter("pg_statio_user_tables_toast_blocks_hit",
             kLabels,
             "pg_statio_user_tables.toast_blks_hit",
             "Blocks of the table's TOAST table found in shared buffers.")},
    {"tidx_blks_read",
     Counter("pg_statio_user_tables_tidx_blocks_read",
             kLabels,
             "pg_statio_user_tables.tidx_blks_read",
             "Blocks of the TOAST table's indexes read from disk.")},
    {"tidx_blks_hit",
     Counter("pg_statio_user_tables_tidx_blocks_hit",
             kLabels,
             "pg_statio_user_tables.tidx_blks_hit",
             "Blocks of the TOAST table's indexes found in shared buffers.")},
};
static_assert(ColumnsAreSound(kMetrics));

// The 500 tables that are read most.
constexpr VersionedQuery kQueries[] = {{.min_version = 80300, .sql = R"(
SELECT current_database() AS datname, schemaname, relname, heap_blks_read, heap_blks_hit,
       idx_blks_read, idx_blks_hit, toast_blks_read, toast_blks_hit, tidx_blks_read, tidx_blks_hit
  FROM pg_catalog.pg_statio_user_tables
 ORDER BY heap_blks_read + heap_blks_hit DESC, relid LIMIT :tables)"}};

}  // namespace

constinit const View kUserTablesIoView = {.name = "statio_user_tables",
                                          .scope = Scope::kDatabase,
                                          .queries = kQueries,
                                          .metrics = kMetrics};

}  // namespace sidewatch::postgres
