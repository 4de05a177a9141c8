#include "collectors/redis/info_fields.h"

namespace sidewatch::redis {

namespace {

constexpr InfoMetric kRows[] = {
    {Gauge("redis_connected_slaves", {}, "INFO connected_slaves", "Replicas connected.")},
    {Gauge("redis_master_repl_offset",
           {},
           "INFO master_repl_offset",
           "Replication offset of the server.")},
    {Gauge("redis_second_repl_offset",
           {},
           "INFO second_repl_offset",
           "Offset up to which the former replication id is accepted, -1 for none.")},
    {Gauge("redis_repl_backlog_is_active",
           {},
           "INFO repl_backlog_active",
           "1 if the replication backlog is active.")},
    {Gauge("redis_replication_backlog_bytes",
           {},
           "INFO repl_backlog_size",
           "Size of the replication backlog's buffer.")},
    {Gauge("redis_repl_backlog_first_byte_offset",
           {},
           "INFO repl_backlog_first_byte_offset",
           "Replication offset of the backlog's first byte.")},
    {Gauge("redis_repl_backlog_history_bytes",
           {},
           "INFO repl_backlog_histlen",
           "Bytes of data in the replication backlog.")},
    {Gauge("redis_slave_priority",
           {},
           "INFO slave_priority",
           "Priority of the replica when a new master is chosen.")},
};
static_assert(RowsAreSound(kRows));

}  // namespace

std::span<const InfoMetric> ReplicationFields() {
  return kRows;
}

}  // namespace sidewatch::redis
