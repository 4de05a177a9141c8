#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Counter("node_pressure_cpu_waiting_seconds_total",
            {},
            "/proc/pressure/cpu some",
            "Seconds in which a process waited for CPU."),
    Counter("node_pressure_memory_waiting_seconds_total",
            {},
            "/proc/pressure/memory some",
            "Seconds in which a process waited for memory."),
    Counter("node_pressure_memory_stalled_seconds_total",
            {},
            "/proc/pressure/memory full",
            "Seconds in which all processes waited for memory."),
    Counter("node_pressure_io_waiting_seconds_total",
            {},
            "/proc/pressure/io some",
            "Seconds in which a process waited for I/O."),
    Counter("node_pressure_io_stalled_seconds_total",
            {},
            "/proc/pressure/io full",
            "Seconds in which all processes waited for I/O."),
    Counter("node_pressure_irq_stalled_seconds_total",
            {},
            "/proc/pressure/irq full",
            "Seconds in which all processes waited for interrupts."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::size_t kNone = std::size(kMetrics);

/// A line is `some avg10=0.00 avg60=0.00 avg300=0.00 total=12345`, in microseconds.
template <std::size_t kSome, std::size_t kFull>
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  constexpr std::string_view kTotal = "total=";
  constexpr double kMicrosecondsPerSecond = 1e6;
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    if (words.size() < 2 || !words.back().starts_with(kTotal)) {
      continue;
    }
    const std::size_t row = words[0] == "some" ? kSome : kFull;
    const auto total = ReadCount(words.back().substr(kTotal.size()));
    if (total && row != kNone) {
      sink.Add(kMetrics[row], *total / kMicrosecondsPerSecond);
    }
  }
  return {};
}

// `full` means nothing for a whole machine's CPU, `some` is not told for interrupts.
constexpr ProcFile kFiles[] = {
    {.path = "pressure/cpu", .parse = &Parse<0, kNone>},
    {.path = "pressure/memory", .parse = &Parse<1, 2>},
    {.path = "pressure/io", .parse = &Parse<3, 4>},
    {.path = "pressure/irq", .parse = &Parse<kNone, 5>, .optional = true}};

}  // namespace

constinit const Part kPressurePart = {.name = "pressure", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
