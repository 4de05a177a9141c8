#include <string_view>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"queue", "ip"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_udp_queues",
          kLabels,
          "/proc/net/udp, /proc/net/udp6",
          "Bytes in the queues of all UDP sockets."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::string_view kIpv4 = "v4";
constexpr std::string_view kIpv6 = "v6";

/// After a line of headings: slot, local, remote, state, `tx:rx` in hexadecimal.
template <const std::string_view& kIp>
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  constexpr std::size_t kQueues = 4;
  double sent = 0;
  double received = 0;
  TakeLine(text);
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    const std::size_t colon =
        words.size() > kQueues ? words[kQueues].find(':') : std::string_view::npos;
    if (colon != std::string_view::npos) {
      sent += ReadHex(words[kQueues].substr(0, colon)).value_or(0);
      received += ReadHex(words[kQueues].substr(colon + 1)).value_or(0);
    }
  }
  sink.Add(kMetrics[0], {"tx", kIp}, sent);
  sink.Add(kMetrics[0], {"rx", kIp}, received);
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "net/udp", .parse = &Parse<kIpv4>},
                               {.path = "net/udp6", .parse = &Parse<kIpv6>, .optional = true}};

}  // namespace

constinit const Part kUdpQueuesPart = {.name = "udp_queues", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
