#include <array>
#include <cmath>
#include <optional>

#include "collectors/redis/parts.h"

namespace sidewatch::redis {

namespace {

// The fields have the labels' names, but for the policy.
constexpr std::string_view kLabels[] = {"role",
                                        "redis_version",
                                        "redis_build_id",
                                        "redis_mode",
                                        "os",
                                        "maxmemory_policy",
                                        "tcp_port",
                                        "run_id",
                                        "process_id",
                                        "master_replid"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge(
        "redis_instance_info", kLabels, "INFO server", "What the server is, in labels; always 1."),
    Gauge("redis_start_time_seconds",
          {},
          "INFO uptime_in_seconds",
          "When the server started, as Unix time."),
};
static_assert(DescriptorsAreSound(kMetrics));

void Read(const ReadContext& context, scrape::SampleSink& sink) {
  std::array<std::string_view, std::size(kLabels)> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = context.info.Text(kLabels[i]);
  }
  sink.Add(kMetrics[0], values, 1);

  constexpr double kMicrosecondsPerSecond = 1e6;
  const std::optional<double> uptime = context.info.Number("uptime_in_seconds");
  const std::optional<double> server_time = context.info.Number("server_time_usec");
  const double now =
      server_time ? *server_time / kMicrosecondsPerSecond : ToUnixSeconds(context.now);
  if (uptime) {
    sink.Add(kMetrics[1], std::floor(now) - *uptime);
  }
}

}  // namespace

constinit const InfoPart kInstancePart = {.metrics = kMetrics, .read = &Read};

}  // namespace sidewatch::redis
