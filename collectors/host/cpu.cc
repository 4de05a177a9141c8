#include <optional>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"cpu", "mode"};

constexpr MetricDescriptor kMetrics[] = {
    Counter("node_cpu_seconds_total", kLabels, "/proc/stat cpuN", "Seconds spent in the mode."),
    Counter("node_cpu_guest_seconds_total",
            kLabels,
            "/proc/stat cpuN",
            "Seconds spent on guests of a hypervisor; they count in user or nice as well."),
};
static_assert(DescriptorsAreSound(kMetrics));

struct Mode {
  std::string_view name;
  std::size_t metric;
};

// In the order of the columns.
constexpr Mode kModes[] = {{"user", 0},
                           {"nice", 0},
                           {"system", 0},
                           {"idle", 0},
                           {"iowait", 0},
                           {"irq", 0},
                           {"softirq", 0},
                           {"steal", 0},
                           {"user", 1},
                           {"nice", 1}};
static_assert(std::size(kModes) == kCpuModes);

/// The kernel's idle and iowait columns sometimes step back a little: the counter then waits. A CPU
/// that was switched off and on begins anew.
double NeverBack(double before, double now) {
  constexpr double kSmallStep = 3;
  return now < before && before - now < kSmallStep ? before : now;
}

void AddCpu(std::string_view cpu,
            std::span<const std::string_view> columns,
            State& state,
            scrape::SampleSink& sink) {
  // USER_HZ, which is 100 on every architecture that Linux runs on today.
  constexpr double kTicksPerSecond = 100;
  auto found = state.cpus.find(cpu);
  if (found == state.cpus.end()) {
    found = state.cpus.try_emplace(std::string(cpu)).first;
  }
  for (std::size_t i = 0; i < std::min(columns.size(), kCpuModes); ++i) {
    const std::optional<double> ticks = ReadCount(columns[i]);
    if (ticks) {
      double& seconds = found->second[i];
      seconds = NeverBack(seconds, *ticks / kTicksPerSecond);
      sink.Add(kMetrics[kModes[i].metric], {cpu, kModes[i].name}, seconds);
    }
  }
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  constexpr std::string_view kPrefix = "cpu";
  SW_TRY_ASSIGN(const std::string text, ReadText(context.roots.procfs + "/stat"));
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto words = Words(TakeLine(rest));
    // The line `cpu` without a number is their sum.
    if (!words.empty() && words[0].starts_with(kPrefix) && words[0] != kPrefix) {
      AddCpu(words[0].substr(kPrefix.size()), std::span(words).subspan(1), context.state, sink);
    }
  }
  return {};
}

}  // namespace

constinit const Part kCpuPart = {.name = "cpu", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
