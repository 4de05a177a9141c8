#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"device"};
constexpr std::string_view kInfoLabels[] = {
    "device", "address", "broadcast", "duplex", "operstate", "adminstate", "ifalias"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_network_address_assign_type",
          kLabels,
          "/sys/class/net/*/addr_assign_type",
          "How the device got its address."),
    Gauge("node_network_carrier", kLabels, "/sys/class/net/*/carrier", "1 if there is a link."),
    Counter("node_network_carrier_changes_total",
            kLabels,
            "/sys/class/net/*/carrier_changes",
            "Times that the link came or went."),
    Counter("node_network_carrier_up_changes_total",
            kLabels,
            "/sys/class/net/*/carrier_up_count",
            "Times that the link came."),
    Counter("node_network_carrier_down_changes_total",
            kLabels,
            "/sys/class/net/*/carrier_down_count",
            "Times that the link went."),
    Gauge("node_network_device_id", kLabels, "/sys/class/net/*/dev_id", "Id of the device."),
    Gauge("node_network_dormant", kLabels, "/sys/class/net/*/dormant", "1 if it is dormant."),
    Gauge("node_network_flags", kLabels, "/sys/class/net/*/flags", "Flags as one number."),
    Gauge("node_network_iface_id", kLabels, "/sys/class/net/*/ifindex", "Index of the device."),
    Gauge("node_network_iface_link",
          kLabels,
          "/sys/class/net/*/iflink",
          "Index of the device that this one stands on."),
    Gauge("node_network_iface_link_mode", kLabels, "/sys/class/net/*/link_mode", "Link mode."),
    Gauge("node_network_mtu_bytes", kLabels, "/sys/class/net/*/mtu", "Biggest packet."),
    Gauge("node_network_name_assign_type",
          kLabels,
          "/sys/class/net/*/name_assign_type",
          "How the device got its name."),
    Gauge("node_network_net_dev_group",
          kLabels,
          "/sys/class/net/*/netdev_group",
          "Group of the device."),
    Gauge("node_network_protocol_type",
          kLabels,
          "/sys/class/net/*/type",
          "Kind of hardware as a number."),
    Gauge("node_network_transmit_queue_length",
          kLabels,
          "/sys/class/net/*/tx_queue_len",
          "Packets that the send queue holds."),
    Gauge(
        "node_network_speed_bytes", kLabels, "/sys/class/net/*/speed", "Speed in bytes a second."),
    Gauge("node_network_up", kLabels, "/sys/class/net/*/operstate", "1 if the device is up."),
    Gauge("node_network_info",
          kInfoLabels,
          "/sys/class/net/*",
          "What the device is, in labels; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

// The rows before these are one file each, named by the source.
constexpr std::size_t kSpeed = std::size(kMetrics) - 3;
constexpr std::size_t kUp = std::size(kMetrics) - 2;
constexpr std::size_t kInfo = std::size(kMetrics) - 1;

constexpr std::string_view FileOf(const MetricDescriptor& metric) {
  return metric.source.substr(metric.source.rfind('/'));
}

void AddSpeed(const std::string& folder, std::string_view device, scrape::SampleSink& sink) {
  constexpr double kBytesPerMegabit = 1e6 / 8;
  const auto text = ReadWord(folder + "/speed");
  const auto megabits = text ? ReadCount(*text) : std::nullopt;
  // -1 means not known.
  if (megabits && *megabits >= 0) {
    sink.Add(kMetrics[kSpeed], {device}, *megabits * kBytesPerMegabit);
  }
}

/// IFF_UP of the flags.
std::string_view AdminState(const std::string& folder) {
  constexpr unsigned kIffUp = 1;
  const auto text = ReadWord(folder + "/flags");
  const auto flags = text ? ReadCount(*text) : std::nullopt;
  if (!flags) {
    return "unknown";
  }
  return (static_cast<unsigned>(*flags) & kIffUp) != 0 ? "up" : "down";
}

void AddDevice(const std::string& folder, std::string_view device, scrape::SampleSink& sink) {
  const std::string_view labels[] = {device};
  for (std::size_t i = 0; i < kSpeed; ++i) {
    AddFromFile(folder + std::string(FileOf(kMetrics[i])), kMetrics[i], labels, sink);
  }
  AddSpeed(folder, device, sink);
  const auto state = ReadWord(folder + "/operstate");
  if (state) {
    sink.Add(kMetrics[kUp], {device}, *state == "up" ? 1 : 0);
  }
  sink.Add(kMetrics[kInfo],
           {device,
            ReadWord(folder + "/address").value_or(""),
            ReadWord(folder + "/broadcast").value_or(""),
            ReadWord(folder + "/duplex").value_or(""),
            state.value_or(""),
            AdminState(folder),
            ReadWord(folder + "/ifalias").value_or("")},
           1);
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  const std::string root = context.roots.sysfs + "/class/net";
  const std::vector<std::string> devices = ListFolder(root);
  if (devices.empty()) {
    return Fail(ErrorCode::kNotFound, "no network devices in {}", root);
  }
  for (const std::string& device : devices) {
    // `bonding_masters` is a file among the devices.
    const bool wanted =
        device != "bonding_masters" && !RE2::PartialMatch(device, *context.filters.network_devices);
    if (wanted) {
      AddDevice(root + "/" + device, device, sink);
    }
  }
  return {};
}

}  // namespace

constinit const Part kNetclassPart = {.name = "netclass", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
