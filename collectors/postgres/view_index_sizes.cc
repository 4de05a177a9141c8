#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname", "schemaname", "relname", "indexrelname"};

constexpr ColumnMetric kMetrics[] = {
    {"size",
     Gauge("pg_general_index_info_pg_relation_size",
           kLabels,
           "pg_relation_size(indexrelid)",
           "Disk space of the index.")},
    {"idx_scan",
     Counter("pg_general_index_info_idx_scan",
             kLabels,
             "pg_stat_user_indexes.idx_scan",
             "Scans of the index: one that stays at 0 is of no use to readers.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 90400, .sql = R"(
SELECT current_database() AS datname, i.schemaname, i.relname, i.indexrelname, i.idx_scan,
       pg_relation_size(i.indexrelid) AS size
  FROM pg_catalog.pg_stat_user_indexes i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 ORDER BY c.relpages DESC, i.indexrelid LIMIT :tables)"}};

}  // namespace

constinit const View kIndexSizesView = {.name = "general_index_info",
                                        .scope = Scope::kDatabase,
                                        .on_by_default = false,
                                        .queries = kQueries,
                                        .metrics = kMetrics};

}  // namespace sidewatch::postgres
