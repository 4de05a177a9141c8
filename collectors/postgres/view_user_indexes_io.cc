#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"schemaname", "relname", "indexrelname"};

constexpr ColumnMetric kMetrics[] = {
    {"idx_blks_read",
     Counter("pg_statio_user_indexes_idx_blks_read_total",
             kLabels,
             "pg_statio_user_indexes.idx_blks_read",
             "Blocks of the index read from disk.")},
    {"idx_blks_hit",
     Counter("pg_statio_user_indexes_idx_blks_hit_total",
             kLabels,
             "pg_statio_user_indexes.idx_blks_hit",
             "Blocks of the index found in shared buffers.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Without the database's name, as the peer has it: two databases with the same index would give the
// same series, so this view is off unless asked for.
constexpr VersionedQuery kQueries[] = {{.min_version = 80300, .sql = R"(
SELECT schemaname, relname, indexrelname, idx_blks_read, idx_blks_hit
  FROM pg_catalog.pg_statio_user_indexes
 ORDER BY idx_blks_read + idx_blks_hit DESC, indexrelid LIMIT :tables)"}};

}  // namespace

constinit const View kUserIndexesIoView = {.name = "statio_user_indexes",
                                           .scope = Scope::kDatabase,
                                           .on_by_default = false,
                                           .queries = kQueries,
                                           .metrics = kMetrics};

}  // namespace sidewatch::postgres
