#include "collectors/redis/info_fields.h"

namespace sidewatch::redis {

namespace {

constexpr InfoMetric kRows[] = {
    {Gauge("redis_connected_clients",
           {},
           "INFO connected_clients",
           "Client connections, replicas left out.")},
    {Gauge("redis_cluster_connections",
           {},
           "INFO cluster_connections",
           "Approximate number of sockets of the cluster bus.")},
    {Gauge("redis_max_clients", {}, "INFO maxclients", "Most clients that may connect at once.")},
    {Gauge("redis_client_recent_max_input_buffer_bytes",
           {},
           "INFO client_recent_max_input_buffer",
           "Biggest input buffer among the current clients.")},
    {Gauge("redis_client_recent_max_output_buffer_bytes",
           {},
           "INFO client_recent_max_output_buffer",
           "Biggest output buffer among the current clients.")},
    {Gauge("redis_client_longest_output_list",
           {},
           "INFO client_longest_output_list",
           "Longest output list among the current clients.")},
    {Gauge("redis_client_biggest_input_buf",
           {},
           "INFO client_biggest_input_buf",
           "Biggest input buffer among the current clients, as older servers tell it.")},
    {Gauge("redis_blocked_clients",
           {},
           "INFO blocked_clients",
           "Clients waiting on a blocking call.")},
    {Gauge("redis_tracking_clients",
           {},
           "INFO tracking_clients",
           "Clients that have tracking switched on.")},
    {Gauge("redis_clients_in_timeout_table",
           {},
           "INFO clients_in_timeout_table",
           "Clients in the table of timeouts.")},
    {Gauge("redis_pubsub_clients", {}, "INFO pubsub_clients", "Clients in pub/sub mode.")},
    {Gauge("redis_watching_clients", {}, "INFO watching_clients", "Clients in a WATCH.")},
    {Gauge("redis_total_watched_keys", {}, "INFO total_watched_keys", "Keys that are watched.")},
    {Gauge("redis_total_blocking_keys",
           {},
           "INFO total_blocking_keys",
           "Keys that clients are blocked on.")},
    {Gauge("redis_total_blocking_keys_on_nokey",
           {},
           "INFO total_blocking_keys_on_nokey",
           "Keys whose blocked clients wait for the key to be deleted.")},
};
static_assert(RowsAreSound(kRows));

}  // namespace

std::span<const InfoMetric> ClientsFields() {
  return kRows;
}

}  // namespace sidewatch::redis
