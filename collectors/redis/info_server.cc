#include "collectors/redis/info_fields.h"

namespace sidewatch::redis {

namespace {

constexpr InfoMetric kRows[] = {
    {Gauge("redis_uptime_in_seconds",
           {},
           "INFO uptime_in_seconds",
           "Seconds since the server started.")},
    {Gauge("redis_process_id", {}, "INFO process_id", "Process id of the server.")},
    {Gauge("redis_hz", {}, "INFO hz", "Current frequency of the server's background work.")},
    {Gauge("redis_configured_hz",
           {},
           "INFO configured_hz",
           "Configured frequency of the server's background work.")},
    {Gauge(
        "redis_io_threads_active", {}, "INFO io_threads_active", "1 if I/O threads are active.")},
    {Gauge(
        "redis_server_threads_total", {}, "INFO server_threads", "Threads of the server (KeyDB).")},
    {Gauge("redis_long_lock_waits_total",
           {},
           "INFO long_lock_waits",
           "Times a thread waited long for the global lock (KeyDB).")},
    {Gauge("redis_current_client_thread",
           {},
           "INFO current_client_thread",
           "Clients of the thread that answered INFO (KeyDB).")},
    {Counter("redis_storage_provider_read_hits",
             {},
             "INFO storage_provider_read_hits",
             "Reads that the storage provider answered (KeyDB).")},
    {Counter("redis_storage_provider_read_misses",
             {},
             "INFO storage_provider_read_misses",
             "Reads that the storage provider could not answer (KeyDB).")},
    {Gauge("redis_cluster_enabled",
           {},
           "INFO cluster_enabled",
           "1 if the server runs in cluster mode.")},
};
static_assert(RowsAreSound(kRows));

}  // namespace

std::span<const InfoMetric> ServerFields() {
  return kRows;
}

}  // namespace sidewatch::redis
