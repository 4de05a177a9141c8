#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"lag_seconds",
     Gauge("pg_replication_lag_seconds",
           {},
           "now() - pg_last_xact_replay_timestamp()",
           "How far the replica is behind; 0 if all that was received is replayed, or on a "
           "primary.")},
    {"is_replica",
     Gauge(
         "pg_replication_is_replica", {}, "pg_is_in_recovery()", "1 if the server is a replica.")},
    {"last_replay_seconds",
     Gauge("pg_replication_last_replay_seconds",
           {},
           "now() - pg_last_xact_replay_timestamp()",
           "Age of the last transaction that the replica replayed.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT pg_is_in_recovery() AS is_replica,
       extract(epoch FROM now() - pg_last_xact_replay_timestamp()) AS last_replay_seconds,
       CASE WHEN NOT pg_is_in_recovery()
                 OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp()))
       END AS lag_seconds)"}};

}  // namespace

constinit const View kReplicationView = {
    .name = "replication", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
