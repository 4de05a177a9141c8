#include "collectors/host/one_number.h"
#include "collectors/host/parts.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_entropy_available_bits",
          {},
          "/proc/sys/kernel/random/entropy_avail",
          "Entropy in the kernel's pool."),
    Gauge("node_entropy_pool_size_bits",
          {},
          "/proc/sys/kernel/random/poolsize",
          "Size of the kernel's entropy pool."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr ProcFile kFiles[] = {
    {.path = "sys/kernel/random/entropy_avail", .parse = &ParseOneNumber<kMetrics, 0>},
    {.path = "sys/kernel/random/poolsize", .parse = &ParseOneNumber<kMetrics, 1>}};

}  // namespace

constinit const Part kEntropyPart = {.name = "entropy", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
