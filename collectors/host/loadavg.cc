#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_load1", {}, "/proc/loadavg", "Load average of the last minute."),
    Gauge("node_load5", {}, "/proc/loadavg", "Load average of the last five minutes."),
    Gauge("node_load15", {}, "/proc/loadavg", "Load average of the last fifteen minutes."),
};
static_assert(DescriptorsAreSound(kMetrics));

Status Parse(std::string_view text, scrape::SampleSink& sink) {
  const auto words = Words(text);
  for (std::size_t i = 0; i < std::size(kMetrics); ++i) {
    const auto load = i < words.size() ? ReadCount(words[i]) : std::nullopt;
    if (!load) {
      return Fail(ErrorCode::kProtocol, "loadavg: expected three numbers, got \"{}\"", Trim(text));
    }
    sink.Add(kMetrics[i], *load);
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "loadavg", .parse = &Parse}};

}  // namespace

constinit const Part kLoadavgPart = {.name = "loadavg", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
