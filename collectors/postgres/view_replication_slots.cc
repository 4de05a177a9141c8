#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kDatabaseLabels[] = {"slot_name", "database"};
constexpr std::string_view kTypeLabels[] = {"slot_name", "slot_type"};
constexpr std::string_view kStatusLabels[] = {"slot_name", "slot_type", "wal_status"};

// Releases of postgres_exporter before 0.20 say `pg_replication_slot_` without the second s.
constexpr ColumnMetric kMetrics[] = {
    {"active",
     Gauge("pg_replication_slots_active",
           kDatabaseLabels,
           "pg_replication_slots.active",
           "1 if a replica is connected to the slot.")},
    {"pg_wal_lsn_diff",
     Gauge("pg_replication_slots_pg_wal_lsn_diff",
           kDatabaseLabels,
           "pg_current_wal_lsn() - pg_replication_slots.restart_lsn",
           "Bytes of WAL that the slot holds back from removal.")},
    {"current_wal_lsn",
     Gauge("pg_replication_slots_slot_current_wal_lsn",
           kTypeLabels,
           "pg_current_wal_lsn()",
           "Position of the write-ahead log in bytes.")},
    {"confirmed_flush_lsn",
     Gauge("pg_replication_slots_slot_confirmed_flush_lsn",
           kTypeLabels,
           "pg_replication_slots.confirmed_flush_lsn",
           "Position in bytes up to which a logical slot's consumer has confirmed.")},
    {"active",
     Gauge("pg_replication_slots_slot_is_active",
           kTypeLabels,
           "pg_replication_slots.active",
           "1 if a replica is connected to the slot.")},
    {"safe_wal_size",
     Gauge("pg_replication_slots_safe_wal_size_bytes",
           kTypeLabels,
           "pg_replication_slots.safe_wal_size",
           "Bytes that can be written before the slot is in danger of being lost.")},
    {"present",
     Gauge("pg_replication_slots_wal_status",
           kStatusLabels,
           "pg_replication_slots.wal_status",
           "1 for the state of the WAL files that the slot needs.")},
    {"current_wal_lsn",
     Gauge("pg_replication_slot_slot_current_wal_lsn",
           kTypeLabels,
           "pg_current_wal_lsn()",
           "Position of the write-ahead log in bytes.")},
    {"confirmed_flush_lsn",
     Gauge("pg_replication_slot_slot_confirmed_flush_lsn",
           kTypeLabels,
           "pg_replication_slots.confirmed_flush_lsn",
           "Position in bytes up to which a logical slot's consumer has confirmed.")},
    {"active",
     Gauge("pg_replication_slot_slot_is_active",
           kTypeLabels,
           "pg_replication_slots.active",
           "1 if a replica is connected to the slot.")},
    {"safe_wal_size",
     Gauge("pg_replication_slot_safe_wal_size_bytes",
           kTypeLabels,
           "pg_replication_slots.safe_wal_size",
           "Bytes that can be written before the slot is in danger of being lost.")},
    {"present",
     Gauge("pg_replication_slot_wal_status",
           kStatusLabels,
           "pg_replication_slots.wal_status",
           "1 for the state of the WAL files that the slot needs.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT slot_name, slot_type, database, active, lsn - '0/0' AS current_wal_lsn,
       confirmed_flush_lsn - '0/0' AS confirmed_flush_lsn, lsn - restart_lsn AS pg_wal_lsn_diff
  FROM pg_catalog.pg_replication_slots
 CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                         ELSE pg_current_wal_lsn() END AS lsn) now)"},
                                       {.min_version = 130000, .sql = R"(
SELECT slot_name, slot_type, database, active, lsn - '0/0' AS current_wal_lsn,
       confirmed_flush_lsn - '0/0' AS confirmed_flush_lsn, lsn - restart_lsn AS pg_wal_lsn_diff,
       safe_wal_size, wal_status, CASE WHEN wal_status IS NOT NULL THEN 1 END AS present
  FROM pg_catalog.pg_replication_slots
 CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                         ELSE pg_current_wal_lsn() END AS lsn) now)"}};

}  // namespace

constinit const View kReplicationSlotsView = {
    .name = "replication_slot", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
