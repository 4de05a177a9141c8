#include <array>
#include <ctime>
#include <string>
#include <string_view>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kZoneLabels[] = {"time_zone"};
constexpr std::string_view kSourceLabels[] = {"device", "clocksource"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_time_seconds", {}, "the system's clock", "The host's time as Unix time."),
    Gauge("node_time_zone_offset_seconds",
          kZoneLabels,
          "localtime(3)",
          "How far the host's time zone is ahead of UTC."),
    Gauge("node_time_clocksource_available_info",
          kSourceLabels,
          "/sys/devices/system/clocksource",
          "A clock source that the kernel could use; always 1."),
    Gauge("node_time_clocksource_current_info",
          kSourceLabels,
          "/sys/devices/system/clocksource",
          "The clock source that the kernel uses; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

void AddSources(const std::string& folder, scrape::SampleSink& sink) {
  constexpr std::string_view kPrefix = "clocksource";
  for (const std::string& name : ListFolder(folder)) {
    if (!name.starts_with(kPrefix)) {
      continue;
    }
    const std::string device = name.substr(kPrefix.size());
    const std::string available =
        ReadWord(folder + "/" + name + "/available_clocksource").value_or("");
    for (const std::string_view source : Words(available)) {
      sink.Add(kMetrics[2], {device, source}, 1);
    }
    const auto current = ReadWord(folder + "/" + name + "/current_clocksource");
    if (current) {
      sink.Add(kMetrics[3], {device, *current}, 1);
    }
  }
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  const TimePoint now = context.clock.Now();
  sink.Add(kMetrics[0], ToUnixSeconds(now));
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  if (localtime_r(&seconds, &local) != nullptr) {
    // Not tm_zone: it points into the C library, where another thread's gmtime_r may be writing.
    std::array<char, 64> zone{};
    const std::size_t size = std::strftime(zone.data(), zone.size(), "%Z", &local);
    sink.Add(
        kMetrics[1], {std::string_view(zone.data(), size)}, static_cast<double>(local.tm_gmtoff));
  }
  AddSources(context.roots.sysfs + "/devices/system/clocksource", sink);
  return {};
}

}  // namespace

constinit const Part kTimePart = {.name = "time", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
