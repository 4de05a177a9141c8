#include <array>
#include <optional>

#include "collectors/redis/parts.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kReplicaLabels[] = {"slave_ip", "slave_port", "slave_state"};

constexpr MetricDescriptor kReplicaMetrics[] = {
    Gauge("redis_connected_slave_offset_bytes",
          kReplicaLabels,
          "INFO replication slaveN offset",
          "Replication offset that the replica has acknowledged."),
    Gauge("redis_connected_slave_lag_seconds",
          kReplicaLabels,
          "INFO replication slaveN lag",
          "Seconds since the replica last acknowledged."),
};
static_assert(DescriptorsAreSound(kReplicaMetrics));

/// True for `slave0`: the other fields that begin so have no comma-separated pairs.
bool IsReplica(std::string_view field, std::string_view pairs) {
  return field.starts_with("slave") && pairs.find("ip=") != std::string_view::npos;
}

void ReadReplicas(const ReadContext& context, scrape::SampleSink& sink) {
  for (const auto& [field, pairs] : context.info.fields()) {
    if (!IsReplica(field, pairs)) {
      continue;
    }
    const std::array<std::string_view, 3> labels = {FindPair(pairs, "ip").value_or(""),
                                                    FindPair(pairs, "port").value_or(""),
                                                    FindPair(pairs, "state").value_or("")};
    const std::optional<double> offset = PairNumber(pairs, "offset");
    if (offset) {
      sink.Add(kReplicaMetrics[0], labels, *offset);
    }
    const std::optional<double> lag = PairNumber(pairs, "lag");
    if (lag) {
      sink.Add(kReplicaMetrics[1], labels, *lag);
    }
  }
}

constexpr std::string_view kMasterLabels[] = {"master_host", "master_port"};
constexpr std::string_view kSlaveInfoLabels[] = {"master_host", "master_port", "read_only"};

constexpr MetricDescriptor kMasterMetrics[] = {
    Gauge("redis_master_last_io_seconds_ago",
          kMasterLabels,
          "INFO master_last_io_seconds_ago",
          "Seconds since the replica last heard from its master, -1 if it is not connected."),
    Gauge("redis_slave_repl_offset",
          kMasterLabels,
          "INFO slave_repl_offset",
          "Replication offset of the replica."),
    Gauge("redis_master_sync_in_progress",
          kMasterLabels,
          "INFO master_sync_in_progress",
          "1 while the replica is being synchronised."),
    Gauge("redis_master_link_up",
          kMasterLabels,
          "INFO master_link_status",
          "1 if the replica is connected to its master."),
    Gauge("redis_slave_info",
          kSlaveInfoLabels,
          "INFO slave_read_only",
          "Whom the replica follows, in labels; always 1."),
};
static_assert(DescriptorsAreSound(kMasterMetrics));

constexpr std::string_view kNumberFields[] = {
    "master_last_io_seconds_ago", "slave_repl_offset", "master_sync_in_progress"};

void ReadMaster(const ReadContext& context, scrape::SampleSink& sink) {
  const Info& info = context.info;
  if (info.Text("role") != "slave") {
    return;
  }
  const std::array<std::string_view, 2> labels = {info.Text("master_host"),
                                                  info.Text("master_port")};
  for (std::size_t i = 0; i < std::size(kNumberFields); ++i) {
    const std::optional<double> value = info.Number(kNumberFields[i]);
    if (value) {
      sink.Add(kMasterMetrics[i], labels, *value);
    }
  }
  const std::optional<std::string_view> link = info.Find("master_link_status");
  if (link) {
    sink.Add(kMasterMetrics[3], labels, *link == "up" ? 1 : 0);
  }
  sink.Add(kMasterMetrics[4], {labels[0], labels[1], info.Text("slave_read_only")}, 1);
}

}  // namespace

constinit const InfoPart kReplicasPart = {.metrics = kReplicaMetrics, .read = &ReadReplicas};

constinit const InfoPart kMasterPart = {.metrics = kMasterMetrics, .read = &ReadMaster};

}  // namespace sidewatch::redis
