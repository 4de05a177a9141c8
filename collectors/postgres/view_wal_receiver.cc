#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"upstream_host", "slot_name", "status"};

constexpr ColumnMetric kMetrics[] = {
    {"receive_start_lsn",
     Counter("pg_stat_wal_receiver_receive_start_lsn",
             kLabels,
             "pg_stat_wal_receiver.receive_start_lsn",
             "WAL position in bytes at which receiving began.")},
    {"receive_start_tli",
     Gauge("pg_stat_wal_receiver_receive_start_tli",
           kLabels,
           "pg_stat_wal_receiver.receive_start_tli",
           "Timeline on which receiving began.")},
    {"flushed_lsn",
     Counter("pg_stat_wal_receiver_flushed_lsn",
             kLabels,
             "pg_stat_wal_receiver.flushed_lsn",
             "WAL position in bytes up to which all is received and on disk.")},
    {"received_tli",
     Gauge("pg_stat_wal_receiver_received_tli",
           kLabels,
           "pg_stat_wal_receiver.received_tli",
           "Timeline of the last WAL received and on disk.")},
    {"last_msg_send_time",
     Counter("pg_stat_wal_receiver_last_msg_send_time",
             kLabels,
             "pg_stat_wal_receiver.last_msg_send_time",
             "When the primary sent its last message, as Unix time.")},
    {"last_msg_receipt_time",
     Counter("pg_stat_wal_receiver_last_msg_receipt_time",
             kLabels,
             "pg_stat_wal_receiver.last_msg_receipt_time",
             "When the primary's last message arrived, as Unix time.")},
    {"latest_end_lsn",
     Counter("pg_stat_wal_receiver_latest_end_lsn",
             kLabels,
             "pg_stat_wal_receiver.latest_end_lsn",
             "WAL position in bytes last reported to the primary.")},
    {"latest_end_time",
     Counter("pg_stat_wal_receiver_latest_end_time",
             kLabels,
             "pg_stat_wal_receiver.latest_end_time",
             "When a WAL position was last reported to the primary, as Unix time.")},
    {"upstream_node",
     Gauge("pg_stat_wal_receiver_upstream_node",
           kLabels,
           "pg_stat_wal_receiver.slot_name",
           "Number of the upstream node, if repmgr named the slot.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 110000, .sql = R"(
SELECT sender_host AS upstream_host, slot_name, status,
       substring(slot_name from 'repmgr_slot_([0-9]*)') AS upstream_node,
       receive_start_lsn - '0/0' AS receive_start_lsn, receive_start_tli,
       received_lsn - '0/0' AS flushed_lsn, received_tli,
       extract(epoch FROM last_msg_send_time) AS last_msg_send_time,
       extract(epoch FROM last_msg_receipt_time) AS last_msg_receipt_time,
       latest_end_lsn - '0/0' AS latest_end_lsn,
       extract(epoch FROM latest_end_time) AS latest_end_time
  FROM pg_catalog.pg_stat_wal_receiver)"},
                                       {.min_version = 130000, .sql = R"(
SELECT sender_host AS upstream_host, slot_name, status,
       substring(slot_name from 'repmgr_slot_([0-9]*)') AS upstream_node,
       receive_start_lsn - '0/0' AS receive_start_lsn, receive_start_tli,
       flushed_lsn - '0/0' AS flushed_lsn, received_tli,
       extract(epoch FROM last_msg_send_time) AS last_msg_send_time,
       extract(epoch FROM last_msg_receipt_time) AS last_msg_receipt_time,
       latest_end_lsn - '0/0' AS latest_end_lsn,
       extract(epoch FROM latest_end_time) AS latest_end_time
  FROM pg_catalog.pg_stat_wal_receiver)"}};

}  // namespace

constinit const View kWalReceiverView = {
    .name = "stat_wal_receiver", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
