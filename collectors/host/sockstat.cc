#include <unistd.h>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_sockstat_FRAG6_inuse", {}, "/proc/net/sockstat6 FRAG6", "Sockets in use (FRAG6)."),
    Gauge("node_sockstat_FRAG6_memory",
          {},
          "/proc/net/sockstat6 FRAG6",
          "Bytes of memory used by fragments (FRAG6)."),
    Gauge("node_sockstat_FRAG_inuse", {}, "/proc/net/sockstat FRAG", "Sockets in use (FRAG)."),
    Gauge("node_sockstat_FRAG_memory",
          {},
          "/proc/net/sockstat FRAG",
          "Bytes of memory used by fragments (FRAG)."),
    Gauge("node_sockstat_RAW6_inuse", {}, "/proc/net/sockstat6 RAW6", "Sockets in use (RAW6)."),
    Gauge("node_sockstat_RAW_inuse", {}, "/proc/net/sockstat RAW", "Sockets in use (RAW)."),
    Gauge("node_sockstat_TCP6_inuse", {}, "/proc/net/sockstat6 TCP6", "Sockets in use (TCP6)."),
    Gauge("node_sockstat_TCP_alloc", {}, "/proc/net/sockstat TCP", "Sockets allocated (TCP)."),
    Gauge("node_sockstat_TCP_inuse", {}, "/proc/net/sockstat TCP", "Sockets in use (TCP)."),
    Gauge("node_sockstat_TCP_mem",
          {},
          "/proc/net/sockstat TCP",
          "Pages of memory used by sockets (TCP)."),
    Gauge("node_sockstat_TCP_mem_bytes",
          {},
          "/proc/net/sockstat TCP",
          "Bytes of memory used by sockets (TCP)."),
    Gauge("node_sockstat_TCP_orphan",
          {},
          "/proc/net/sockstat TCP",
          "Sockets without a process (TCP)."),
    Gauge("node_sockstat_TCP_tw", {}, "/proc/net/sockstat TCP", "Sockets in TIME_WAIT (TCP)."),
    Gauge("node_sockstat_UDP6_inuse", {}, "/proc/net/sockstat6 UDP6", "Sockets in use (UDP6)."),
    Gauge("node_sockstat_UDPLITE6_inuse",
          {},
          "/proc/net/sockstat6 UDPLITE6",
          "Sockets in use (UDPLITE6)."),
    Gauge("node_sockstat_UDPLITE_inuse",
          {},
          "/proc/net/sockstat UDPLITE",
          "Sockets in use (UDPLITE)."),
    Gauge("node_sockstat_UDP_inuse", {}, "/proc/net/sockstat UDP", "Sockets in use (UDP)."),
    Gauge("node_sockstat_UDP_mem",
          {},
          "/proc/net/sockstat UDP",
          "Pages of memory used by sockets (UDP)."),
    Gauge("node_sockstat_UDP_mem_bytes",
          {},
          "/proc/net/sockstat UDP",
          "Bytes of memory used by sockets (UDP)."),
    Gauge("node_sockstat_sockets_used",
          {},
          "/proc/net/sockstat sockets",
          "Sockets of all kinds in use."),
};
static_assert(DescriptorsAreSound(kMetrics));

void AddIfKnown(const std::string& name, double value, scrape::SampleSink& sink) {
  const MetricDescriptor* row = FindRow(kMetrics, name);
  if (row != nullptr) {
    sink.Add(*row, value);
  }
}

/// A line is `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1`; `mem` counts pages.
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  const auto page_size = static_cast<double>(sysconf(_SC_PAGESIZE));
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    if (words.empty() || !words[0].ends_with(':')) {
      continue;
    }
    const std::string prefix =
        "node_sockstat_" + std::string(words[0].substr(0, words[0].size() - 1)) + "_";
    for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
      const auto value = ReadCount(words[i + 1]);
      if (!value) {
        continue;
      }
      AddIfKnown(prefix + std::string(words[i]), *value, sink);
      if (words[i] == "mem") {
        AddIfKnown(prefix + "mem_bytes", *value * page_size, sink);
      }
    }
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "net/sockstat", .parse = &Parse},
                               {.path = "net/sockstat6", .parse = &Parse, .optional = true}};

}  // namespace

constinit const Part kSockstatPart = {.name = "sockstat", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
