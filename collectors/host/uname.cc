#include <cerrno>
#include <system_error>

#include <sys/utsname.h>

#include "collectors/host/parts.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {
    "sysname", "release", "version", "machine", "nodename", "domainname"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_uname_info", kLabels, "uname(2)", "Kernel and names of the host; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

Status Collect(PartContext& /*context*/, scrape::SampleSink& sink) {
  utsname names{};
  if (uname(&names) != 0) {
    return Fail(ErrorCode::kUnavailable, "uname: {}", std::generic_category().message(errno));
  }
  sink.Add(kMetrics[0],
           {names.sysname,
            names.release,
            names.version,
            names.machine,
            names.nodename,
            names.domainname},
           1);
  return {};
}

}  // namespace

constinit const Part kUnamePart = {.name = "uname", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
