#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_selinux_enabled", {}, "/sys/fs/selinux", "1 if SELinux is on."),
    Gauge("node_selinux_current_mode",
          {},
          "/sys/fs/selinux/enforce",
          "1 if SELinux enforces, 0 if it only warns."),
};
static_assert(DescriptorsAreSound(kMetrics));

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  const auto enforce = ReadWord(context.roots.sysfs + "/fs/selinux/enforce");
  sink.Add(kMetrics[0], enforce ? 1 : 0);
  const auto mode = enforce ? ReadCount(*enforce) : std::nullopt;
  if (mode) {
    sink.Add(kMetrics[1], *mode);
  }
  return {};
}

}  // namespace

constinit const Part kSelinuxPart = {.name = "selinux", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
