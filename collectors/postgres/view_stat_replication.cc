#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {
    "application_name", "client_addr", "pid", "slot_name", "state"};

constexpr ColumnMetric kMetrics[] = {
    {"pg_current_wal_lsn_bytes",
     Gauge("pg_stat_replication_pg_current_wal_lsn_bytes",
           kLabels,
           "pg_current_wal_lsn()",
           "Position of the write-ahead log in bytes.")},
    {"pg_wal_lsn_diff",
     Gauge("pg_stat_replication_pg_wal_lsn_diff",
           kLabels,
           "pg_current_wal_lsn() - pg_stat_replication.replay_lsn",
           "Bytes of WAL that the replica has not replayed yet.")},
    {"write_lag",
     OwnGauge("pg_stat_replication_write_lag_seconds",
              kLabels,
              "pg_stat_replication.write_lag",
              "Seconds until the replica had written recent WAL; absent: it is caught up.")},
    {"flush_lag",
     OwnGauge("pg_stat_replication_flush_lag_seconds",
              kLabels,
              "pg_stat_replication.flush_lag",
              "Seconds until the replica had flushed recent WAL; absent: it is caught up.")},
    {"replay_lag",
     OwnGauge("pg_stat_replication_replay_lag_seconds",
              kLabels,
              "pg_stat_replication.replay_lag",
              "Seconds until the replica had replayed recent WAL; absent: it is caught up.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT r.application_name, host(r.client_addr) AS client_addr, r.pid, s.slot_name, r.state,
       lsn - '0/0' AS pg_current_wal_lsn_bytes, lsn - r.replay_lsn AS pg_wal_lsn_diff,
       extract(epoch FROM r.write_lag) AS write_lag, extract(epoch FROM r.flush_lag) AS flush_lag,
       extract(epoch FROM r.replay_lag) AS replay_lag
  FROM pg_catalog.pg_stat_replication r
  LEFT JOIN pg_catalog.pg_replication_slots s ON s.active_pid = r.pid
 CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                         ELSE pg_current_wal_lsn() END AS lsn) now)"}};

}  // namespace

constinit const View kStatReplicationView = {
    .name = "stat_replication", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
