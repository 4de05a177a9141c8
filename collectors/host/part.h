#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <re2/re2.h>

#include "collectors/host/mount_probe.h"
#include "collectors/host/process_book.h"
#include "collectors/host/process_names.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::host {

/// Where the machine shows itself; other folders in tests and in a container that mounts its
/// host's.
struct Roots {
  std::string procfs = "/proc";
  std::string sysfs = "/sys";
  std::string rootfs = "/";
};

/// What a user may leave out; node_exporter's patterns unless changed.
struct Filters {
  std::unique_ptr<const RE2> mount_points;
  std::unique_ptr<const RE2> filesystem_types;
  std::unique_ptr<const RE2> disks;
  std::unique_ptr<const RE2> network_devices;
};

/// What a user wants besides what every machine has.
struct Choices {
  std::vector<std::string> cgroups;    ///< Patterns of paths below the mount, besides our own.
  std::vector<ProcessName> processes;  ///< Empty: no groups of processes.
};

inline constexpr std::size_t kCpuModes = 10;

/// What is kept between runs.
struct State {
  std::map<std::string, std::array<double, kCpuModes>, std::less<>> cpus;
  MountProbe mounts;
  ProcessBook processes;
  double process_errors = 0;
};

struct PartContext {
  const Roots& roots;
  const Filters& filters;
  const Choices& choices;
  const Clock& clock;
  const scrape::RunContext& run;
  State& state;
};

/// One file below procfs and the pure function that reads its text.
struct ProcFile {
  std::string_view path;
  Status (*parse)(std::string_view text, scrape::SampleSink& sink);
  bool optional = false;  ///< Not on every kernel: then there is nothing to show, and no failure.
};

/// One of node_exporter's collectors: the files that it reads, or a function of its own.
struct Part {
  std::string_view name;  ///< In `node_scrape_collector_success{collector}` and the target's keys.
  std::span<const MetricDescriptor> metrics;
  std::span<const ProcFile> files = {};
  Status (*collect)(PartContext& context, scrape::SampleSink& sink) = nullptr;
};

/// Everything that can be read from a host.
std::span<const Part* const> AllParts();

/// The row of that name, or null.
const MetricDescriptor* FindRow(std::span<const MetricDescriptor> rows, std::string_view name);

/// Adds the number in `path`, if it is there, to `sink`.
void AddFromFile(const std::string& path,
                 const MetricDescriptor& metric,
                 std::span<const std::string_view> labels,
                 scrape::SampleSink& sink);

constexpr std::string_view kPeer = "node_exporter";

/// How many of what a part shows were over its bound.
inline constexpr std::string_view kLeftOutLabel[] = {"collector"};
inline constexpr MetricDescriptor kLeftOut = {
    .name = "sidewatch_host_left_out",
    .type = MetricType::kGauge,
    .labels = kLeftOutLabel,
    .help = "Control groups or process groups that are not shown because there are too many.",
    .source = "the run"};

constexpr MetricDescriptor Gauge(std::string_view name,
                                 std::span<const std::string_view> labels,
                                 std::string_view source,
                                 std::string_view help) {
  return {.name = name,
          .type = MetricType::kGauge,
          .labels = labels,
          .help = help,
          .source = source,
          .peer = kPeer};
}

constexpr MetricDescriptor Counter(std::string_view name,
                                   std::span<const std::string_view> labels,
                                   std::string_view source,
                                   std::string_view help) {
  MetricDescriptor row = Gauge(name, labels, source, help);
  row.type = MetricType::kCounter;
  return row;
}

constexpr MetricDescriptor Untyped(std::string_view name,
                                   std::string_view source,
                                   std::string_view help) {
  MetricDescriptor row = Gauge(name, {}, source, help);
  row.type = MetricType::kUnknown;
  return row;
}

}  // namespace sidewatch::host
