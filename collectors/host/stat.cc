#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_boot_time_seconds", {}, "/proc/stat btime", "When the host was started."),
    Counter("node_context_switches_total", {}, "/proc/stat ctxt", "Context switches."),
    Counter("node_forks_total", {}, "/proc/stat processes", "Processes and threads created."),
    Counter("node_intr_total", {}, "/proc/stat intr", "Interrupts served."),
    Gauge("node_procs_running", {}, "/proc/stat procs_running", "Processes able to run."),
    Gauge("node_procs_blocked", {}, "/proc/stat procs_blocked", "Processes waiting for I/O."),
    Counter("node_kernel_hung_tasks_total",
            {},
            "/proc/sys/kernel/hung_task_detect_count",
            "Tasks found hanging since the start."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::string_view kKeys[] = {
    "btime", "ctxt", "processes", "intr", "procs_running", "procs_blocked"};

Status Parse(std::string_view text, scrape::SampleSink& sink) {
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    for (std::size_t i = 0; words.size() > 1 && i < std::size(kKeys); ++i) {
      const auto value = words[0] == kKeys[i] ? ReadCount(words[1]) : std::nullopt;
      if (value) {
        sink.Add(kMetrics[i], *value);
      }
    }
  }
  return {};
}

Status ParseHungTasks(std::string_view text, scrape::SampleSink& sink) {
  const auto value = ReadCount(Trim(text));
  if (value) {
    sink.Add(kMetrics[std::size(kKeys)], *value);
  }
  return {};
}

constexpr ProcFile kFiles[] = {
    {.path = "stat", .parse = &Parse},
    {.path = "sys/kernel/hung_task_detect_count", .parse = &ParseHungTasks, .optional = true}};

}  // namespace

constinit const Part kStatPart = {.name = "stat", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
