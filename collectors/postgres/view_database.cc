#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname"};

constexpr ColumnMetric kMetrics[] = {
    {"size_bytes",
     Gauge("pg_database_size_bytes",
           kLabels,
           "pg_database_size(pg_database.oid)",
           "Disk space used by the database.")},
    {"connection_limit",
     Gauge("pg_database_connection_limit",
           kLabels,
           "pg_database.datconnlimit",
           "Connections that the database allows at once, -1 for any number.")},
    {"txid_current",
     Gauge("pg_txid_current",
           kLabels,
           "txid_snapshot_xmax(txid_current_snapshot())",
           "The first transaction id not yet given out, of the connection's database.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Without the right to connect the size is an error that would cost the other databases theirs.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT datname, datconnlimit AS connection_limit,
       CASE WHEN has_database_privilege(oid, 'CONNECT')
                 OR pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_database_size(oid) END AS size_bytes,
       CASE WHEN datname = current_database()
            THEN txid_snapshot_xmax(txid_current_snapshot()) END AS txid_current
  FROM pg_catalog.pg_database)"}};

}  // namespace

constinit const View kDatabaseView = {.name = "database", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
