#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Untyped("node_vmstat_oom_kill",
            "/proc/vmstat oom_kill",
            "Processes killed because memory ran out."),
    Untyped("node_vmstat_pgfault", "/proc/vmstat pgfault", "Page faults."),
    Untyped(
        "node_vmstat_pgmajfault", "/proc/vmstat pgmajfault", "Page faults that read from disk."),
    Untyped("node_vmstat_pgpgin", "/proc/vmstat pgpgin", "KiB read from disk."),
    Untyped("node_vmstat_pgpgout", "/proc/vmstat pgpgout", "KiB written to disk."),
    Untyped("node_vmstat_pswpin", "/proc/vmstat pswpin", "Pages read from swap."),
    Untyped("node_vmstat_pswpout", "/proc/vmstat pswpout", "Pages written to swap."),
};
static_assert(DescriptorsAreSound(kMetrics));

Status Parse(std::string_view text, scrape::SampleSink& sink) {
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    if (words.size() < 2) {
      continue;
    }
    const MetricDescriptor* row = FindRow(kMetrics, "node_vmstat_" + std::string(words[0]));
    const auto value = row == nullptr ? std::nullopt : ReadCount(words[1]);
    if (value) {
      sink.Add(*row, *value);
    }
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "vmstat", .parse = &Parse}};

}  // namespace

constinit const Part kVmstatPart = {.name = "vmstat", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
