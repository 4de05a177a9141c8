#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"device"};

// The first sixteen in the order of the columns.
constexpr MetricDescriptor kMetrics[] = {
    Counter("node_network_receive_bytes_total", kLabels, "/proc/net/dev", "Bytes received."),
    Counter("node_network_receive_packets_total", kLabels, "/proc/net/dev", "Packets received."),
    Counter(
        "node_network_receive_errs_total", kLabels, "/proc/net/dev", "Packets received in error."),
    Counter("node_network_receive_drop_total",
            kLabels,
            "/proc/net/dev",
            "Received packets that were dropped."),
    Counter("node_network_receive_fifo_total",
            kLabels,
            "/proc/net/dev",
            "Overruns of the receive buffer."),
    Counter("node_network_receive_frame_total", kLabels, "/proc/net/dev", "Frame errors."),
    Counter("node_network_receive_compressed_total",
            kLabels,
            "/proc/net/dev",
            "Compressed packets received."),
    Counter("node_network_receive_multicast_total",
            kLabels,
            "/proc/net/dev",
            "Multicast packets received."),
    Counter("node_network_transmit_bytes_total", kLabels, "/proc/net/dev", "Bytes sent."),
    Counter("node_network_transmit_packets_total", kLabels, "/proc/net/dev", "Packets sent."),
    Counter("node_network_transmit_errs_total",
            kLabels,
            "/proc/net/dev",
            "Packets that could not be sent."),
    Counter("node_network_transmit_drop_total",
            kLabels,
            "/proc/net/dev",
            "Packets dropped before they were sent."),
    Counter("node_network_transmit_fifo_total",
            kLabels,
            "/proc/net/dev",
            "Overruns of the send buffer."),
    Counter("node_network_transmit_colls_total", kLabels, "/proc/net/dev", "Collisions."),
    Counter("node_network_transmit_carrier_total",
            kLabels,
            "/proc/net/dev",
            "Losses of the carrier while sending."),
    Counter("node_network_transmit_compressed_total",
            kLabels,
            "/proc/net/dev",
            "Compressed packets sent."),
    Counter("node_network_receive_nohandler_total",
            kLabels,
            "/sys/class/net/*/statistics/rx_nohandler",
            "Packets received on an inactive device."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::size_t kColumns = 16;

void AddDevice(const PartContext& context,
               std::string_view device,
               std::string_view numbers,
               scrape::SampleSink& sink) {
  const auto words = Words(numbers);
  for (std::size_t i = 0; i < std::min(words.size(), kColumns); ++i) {
    const auto value = ReadCount(words[i]);
    if (value) {
      sink.Add(kMetrics[i], {device}, *value);
    }
  }
  const std::string file =
      context.roots.sysfs + "/class/net/" + std::string(device) + "/statistics/rx_nohandler";
  const std::string_view labels[] = {device};
  AddFromFile(file, kMetrics[kColumns], labels, sink);
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  SW_TRY_ASSIGN(const std::string text, ReadText(context.roots.procfs + "/net/dev"));
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    // The two lines of headings have no colon; an alias such as `eth0:1` has one of its own.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) {
      continue;
    }
    const std::string_view device = Trim(line.substr(0, colon));
    if (!RE2::PartialMatch(re2::StringPiece(device.data(), device.size()),
                           *context.filters.network_devices)) {
      AddDevice(context, device, line.substr(colon + 1), sink);
    }
  }
  return {};
}

}  // namespace

constinit const Part kNetdevPart = {.name = "netdev", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
