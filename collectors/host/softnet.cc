#include <string>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"cpu"};

constexpr MetricDescriptor kMetrics[] = {
    Counter(
        "node_softnet_processed_total", kLabels, "/proc/net/softnet_stat", "Packets processed."),
    Counter("node_softnet_dropped_total",
            kLabels,
            "/proc/net/softnet_stat",
            "Packets dropped because the backlog was full."),
    Counter("node_softnet_times_squeezed_total",
            kLabels,
            "/proc/net/softnet_stat",
            "Times that processing stopped with packets left."),
    Counter("node_softnet_cpu_collision_total",
            kLabels,
            "/proc/net/softnet_stat",
            "Collisions of CPUs when sending."),
    Counter("node_softnet_received_rps_total",
            kLabels,
            "/proc/net/softnet_stat",
            "Times that another CPU asked this one to process packets."),
    Counter("node_softnet_flow_limit_count_total",
            kLabels,
            "/proc/net/softnet_stat",
            "Packets dropped by the flow limit."),
    Gauge("node_softnet_backlog_len",
          kLabels,
          "/proc/net/softnet_stat",
          "Packets in the backlog of the CPU."),
};
static_assert(DescriptorsAreSound(kMetrics));

// Columns 3 to 7 have lost their meaning.
constexpr std::size_t kColumns[] = {0, 1, 2, 8, 9, 10, 11};
constexpr std::size_t kCpuColumn = 12;

/// A line of hexadecimal numbers for each CPU; newer kernels tell which.
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  std::size_t line = 0;
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    const auto number = words.size() > kCpuColumn ? ReadHex(words[kCpuColumn]) : std::nullopt;
    const std::string cpu = std::to_string(number ? static_cast<std::size_t>(*number) : line);
    ++line;
    for (std::size_t i = 0; i < std::size(kColumns); ++i) {
      const auto value = kColumns[i] < words.size() ? ReadHex(words[kColumns[i]]) : std::nullopt;
      if (value) {
        sink.Add(kMetrics[i], {cpu}, *value);
      }
    }
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "net/softnet_stat", .parse = &Parse}};

}  // namespace

constinit const Part kSoftnetPart = {.name = "softnet", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
