#include <map>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"device"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_arp_entries", kLabels, "/proc/net/arp", "Entries of the device in the ARP table."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// After a line of headings: address, type, flags, hardware address, mask, device.
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  constexpr std::size_t kDevice = 5;
  std::map<std::string_view, double> entries;
  TakeLine(text);
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    if (words.size() > kDevice) {
      ++entries[words[kDevice]];
    }
  }
  for (const auto& [device, count] : entries) {
    sink.Add(kMetrics[0], {device}, count);
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "net/arp", .parse = &Parse}};

}  // namespace

constinit const Part kArpPart = {.name = "arp", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
