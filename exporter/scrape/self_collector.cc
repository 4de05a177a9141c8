#include "exporter/scrape/self_collector.h"

#include <array>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "exporter/base/unique_handle.h"
#include "exporter/scrape/prometheus_bridge.h"

namespace sidewatch::scrape {
namespace {

constexpr std::array kMetrics = {
    MetricDescriptor{.name = "process_cpu_seconds_total",
                     .type = MetricType::kCounter,
                     .help = "User and system CPU time that this process has used.",
                     .source = "getrusage(RUSAGE_SELF)"},
    MetricDescriptor{.name = "process_resident_memory_bytes",
                     .help = "Memory of this process that is in RAM.",
                     .source = "/proc/self/statm, resident"},
    MetricDescriptor{.name = "process_virtual_memory_bytes",
                     .help = "Address space of this process.",
                     .source = "/proc/self/statm, size"},
    MetricDescriptor{.name = "process_open_fds",
                     .help = "File descriptors that this process has open.",
                     .source = "/proc/self/fd"},
    MetricDescriptor{.name = "process_max_fds",
                     .help = "File descriptors that this process may have open.",
                     .source = "getrlimit(RLIMIT_NOFILE)"},
    MetricDescriptor{.name = "process_start_time_seconds",
                     .help = "When this process started.",
                     .source = "system clock at the start"},
};
static_assert(DescriptorsAreSound(kMetrics));

enum Row : std::size_t { kCpu, kResident, kVirtual, kOpenFds, kMaxFds, kStartTime };

std::unique_ptr<Collector> NeverFromConfig(config::MapReader& target,
                                           const CollectorDeps& /*deps*/) {
  target.Error("the program watches itself always: there is nothing to configure");
  return nullptr;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void AddMemory(SampleSink& sink) {
  std::ifstream file("/proc/self/statm");
  long pages = 0;
  long resident = 0;
  if (file >> pages >> resident) {
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    sink.Add(kMetrics[kVirtual], static_cast<double>(pages) * page);
    sink.Add(kMetrics[kResident], static_cast<double>(resident) * page);
  }
}

void AddDescriptors(SampleSink& sink) {
  const UniqueHandle<DIR, closedir> folder(opendir("/proc/self/fd"));
  if (folder) {
    double count = -3;  // `.`, `..` and the folder's own descriptor
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own.
    while (readdir(folder.get()) != nullptr) {
      ++count;
    }
    sink.Add(kMetrics[kOpenFds], count);
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    sink.Add(kMetrics[kMaxFds], static_cast<double>(limit.rlim_cur));
  }
}

class SelfCollector final : public Collector {
 public:
  SelfCollector(std::shared_ptr<prometheus::Collectable> metrics, std::string instance)
      : metrics_(std::move(metrics)), instance_(std::move(instance)) {}

  Status Collect(const RunContext& /*run*/, SampleSink& sink) override {
    for (MetricFamily& family : FromPrometheus(metrics_->Collect())) {
      sink.AddFamily(std::move(family));
    }
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
      sink.Add(kMetrics[kCpu], Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
    }
    AddMemory(sink);
    AddDescriptors(sink);
    sink.Add(kMetrics[kStartTime], started_);
    return {};
  }

  std::string Instance() const override { return instance_; }

 private:
  std::shared_ptr<prometheus::Collectable> metrics_;
  std::string instance_;
  double started_ =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
};

}  // namespace

const CollectorSpec kSelfSpec = {
    .kind = "self",
    .default_job = "sidewatch",
    .summary = "The program itself: its collectors, rules, notifications and its process.",
    .metrics = kMetrics,
    .collect_on_read = true,
    .create = &NeverFromConfig,
};

Target MakeSelfTarget(std::shared_ptr<prometheus::Collectable> metrics,
                      std::string instance,
                      const TargetDefaults& defaults) {
  Target target;
  target.spec = &kSelfSpec;
  target.collector = std::make_unique<SelfCollector>(std::move(metrics), instance);
  target.config.kind = kSelfSpec.kind;
  target.config.name = kSelfSpec.kind;
  target.config.job = kSelfSpec.default_job;
  target.config.instance = std::move(instance);
  target.config.interval = defaults.interval;
  target.config.timeout = std::min(defaults.timeout, defaults.interval);
  return target;
}

}  // namespace sidewatch::scrape
