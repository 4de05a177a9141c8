// Control groups of version 2, under the names that cAdvisor gives them.
//
// What a limit of `max` says is that there is none: then there is no sample. A controller that is
// not on for a group has no files there, which is no failure either.

#include <array>
#include <filesystem>
#include <system_error>

#include "collectors/host/cgroup_files.h"
#include "collectors/host/parts.h"
#include "collectors/host/peer_rows.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::size_t kMostGroups = 100;
constexpr double kMicro = 1e-6;

constexpr std::string_view kId[] = {"id"};
constexpr std::string_view kIdAndCpu[] = {"id", "cpu"};
constexpr std::string_view kIdAndDevice[] = {"id", "device"};

constexpr PeerRows kRow{"cadvisor", kId};
constexpr PeerRows kRowIdAndCpu{"cadvisor", kIdAndCpu};
constexpr PeerRows kRowIdAndDevice{"cadvisor", kIdAndDevice};

enum : std::size_t {
  kMemoryUsage,
  kMemoryPeak,
  kMemorySwap,
  kMemoryLimit,
  kSwapLimit,
  kThreads,
  kThreadsMax,
  kRss,
  kCache,
  kWorkingSet,
  kOomEvents,
  kCpuUsage,
  kCpuUser,
  kCpuSystem,
  kPeriods,
  kThrottledPeriods,
  kThrottledSeconds,
  kQuota,
  kPeriod,
  kReadBytes,
  kWriteBytes,
  kReads,
  kWrites,
  kCpuWaiting,
  kCpuStalled,
  kMemoryWaiting,
  kMemoryStalled,
  kIoWaiting,
  kIoStalled,
};

constexpr MetricDescriptor kMetrics[] = {
    kRow(kGauge, "container_memory_usage_bytes", "memory.current", "Memory that the group uses."),
    kRow(
        kGauge, "container_memory_max_usage_bytes", "memory.peak", "Most memory that it has used."),
    kRow(kGauge, "container_memory_swap", "memory.swap.current", "Swap that the group uses."),
    kRow(kGauge,
         "container_spec_memory_limit_bytes",
         "memory.max",
         "Memory that the group may use; absent: no limit."),
    kRow(kGauge,
         "container_spec_memory_swap_limit_bytes",
         "memory.swap.max",
         "Swap that the group may use; absent: no limit."),
    kRow(kGauge, "container_threads", "pids.current", "Threads of the group."),
    kRow(kGauge,
         "container_threads_max",
         "pids.max",
         "Threads that the group may have; absent: no limit."),
    kRow(kGauge, "container_memory_rss", "memory.stat anon", "Memory that is no cache of files."),
    kRow(kGauge, "container_memory_cache", "memory.stat file", "Memory that caches files."),
    kRow(kGauge,
         "container_memory_working_set_bytes",
         "memory.current - memory.stat inactive_file",
         "Memory that cannot be freed at once: what counts against the limit."),
    kRow(kCounter,
         "container_oom_events_total",
         "memory.events oom_kill",
         "Processes of the group that were killed for want of memory."),
    kRowIdAndCpu(kCounter,
                 "container_cpu_usage_seconds_total",
                 "cpu.stat usage_usec",
                 "CPU seconds that the group has used."),
    kRow(kCounter,
         "container_cpu_user_seconds_total",
         "cpu.stat user_usec",
         "CPU seconds in user mode."),
    kRow(kCounter,
         "container_cpu_system_seconds_total",
         "cpu.stat system_usec",
         "CPU seconds in the kernel."),
    kRow(kCounter,
         "container_cpu_cfs_periods_total",
         "cpu.stat nr_periods",
         "Periods in which the CPU limit was enforced."),
    kRow(kCounter,
         "container_cpu_cfs_throttled_periods_total",
         "cpu.stat nr_throttled",
         "Periods in which the group ran into its CPU limit."),
    kRow(kCounter,
         "container_cpu_cfs_throttled_seconds_total",
         "cpu.stat throttled_usec",
         "Seconds that the group waited because of its CPU limit."),
    kRow(kGauge,
         "container_spec_cpu_quota",
         "cpu.max",
         "Microseconds of CPU that the group may use in a period; absent: no limit."),
    kRow(kGauge, "container_spec_cpu_period", "cpu.max", "Microseconds of a period."),
    kRowIdAndDevice(kCounter,
                    "container_fs_reads_bytes_total",
                    "io.stat rbytes",
                    "Bytes that the group has read from the device."),
    kRowIdAndDevice(kCounter,
                    "container_fs_writes_bytes_total",
                    "io.stat wbytes",
                    "Bytes that the group has written to the device."),
    kRowIdAndDevice(kCounter, "container_fs_reads_total", "io.stat rios", "Reads of the device."),
    kRowIdAndDevice(kCounter, "container_fs_writes_total", "io.stat wios", "Writes to the device."),
    kRow(kCounter,
         "container_pressure_cpu_waiting_seconds_total",
         "cpu.pressure some",
         "Seconds in which a process of the group waited for CPU."),
    kRow(kCounter,
         "container_pressure_cpu_stalled_seconds_total",
         "cpu.pressure full",
         "Seconds in which all processes of the group waited for CPU."),
    kRow(kCounter,
         "container_pressure_memory_waiting_seconds_total",
         "memory.pressure some",
         "Seconds in which a process of the group waited for memory."),
    kRow(kCounter,
         "container_pressure_memory_stalled_seconds_total",
         "memory.pressure full",
         "Seconds in which all processes of the group waited for memory."),
    kRow(kCounter,
         "container_pressure_io_waiting_seconds_total",
         "io.pressure some",
         "Seconds in which a process of the group waited for I/O."),
    kRow(kCounter,
         "container_pressure_io_stalled_seconds_total",
         "io.pressure full",
         "Seconds in which all processes of the group waited for I/O."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// A file that holds one number, or `max`.
struct NumberFile {
  std::string_view file;
  std::size_t row;
};

constexpr std::array kNumberFiles = {
    NumberFile{"memory.current", kMemoryUsage},
    NumberFile{"memory.peak", kMemoryPeak},
    NumberFile{"memory.swap.current", kMemorySwap},
    NumberFile{"memory.max", kMemoryLimit},
    NumberFile{"memory.swap.max", kSwapLimit},
    NumberFile{"pids.current", kThreads},
    NumberFile{"pids.max", kThreadsMax},
};

/// A number in a file of names and numbers.
struct FlatField {
  std::string_view file;
  std::string_view name;
  std::size_t row;
  double unit = 1;
};

constexpr std::array kFlatFields = {
    FlatField{"memory.stat", "anon", kRss},
    FlatField{"memory.stat", "file", kCache},
    FlatField{"memory.events", "oom_kill", kOomEvents},
    FlatField{"cpu.stat", "usage_usec", kCpuUsage, kMicro},
    FlatField{"cpu.stat", "user_usec", kCpuUser, kMicro},
    FlatField{"cpu.stat", "system_usec", kCpuSystem, kMicro},
    FlatField{"cpu.stat", "nr_periods", kPeriods},
    FlatField{"cpu.stat", "nr_throttled", kThrottledPeriods},
    FlatField{"cpu.stat", "throttled_usec", kThrottledSeconds, kMicro},
};

struct IoField {
  std::string_view name;
  std::size_t row;
};

constexpr std::array kIoFields = {
    IoField{"rbytes", kReadBytes},
    IoField{"wbytes", kWriteBytes},
    IoField{"rios", kReads},
    IoField{"wios", kWrites},
};

struct PressureFile {
  std::string_view file;
  std::size_t some;
  std::size_t full;
};

constexpr std::array kPressureFiles = {
    PressureFile{"cpu.pressure", kCpuWaiting, kCpuStalled},
    PressureFile{"memory.pressure", kMemoryWaiting, kMemoryStalled},
    PressureFile{"io.pressure", kIoWaiting, kIoStalled},
};

/// Reads the files of one group.
class Group {
 public:
  Group(const std::string& root, std::string id, const Roots& roots, scrape::SampleSink& sink)
      : folder_(root + (id == "/" ? "" : id)), id_(std::move(id)), roots_(roots), sink_(sink) {}

  void Show() const {
    for (const NumberFile& row : kNumberFiles) {
      AddFromFile(Path(row.file), kMetrics[row.row], Labels(), sink_);
    }
    ShowFlatFields();
    ShowWorkingSet();
    ShowCpuLimit();
    ShowIo();
    for (const PressureFile& row : kPressureFiles) {
      ShowPressure(row);
    }
  }

 private:
  std::string Path(std::string_view file) const { return folder_ + "/" + std::string(file); }

  std::array<std::string_view, 1> Labels() const { return {id_}; }

  void ShowFlatFields() const {
    std::string_view file;
    std::string text;
    for (const FlatField& row : kFlatFields) {
      if (row.file != file) {
        file = row.file;
        text = ReadText(Path(file)).value_or("");
      }
      const auto value = FlatValue(text, row.name);
      if (!value) {
        continue;
      }
      const MetricDescriptor& metric = kMetrics[row.row];
      if (metric.labels.size() == 1) {
        sink_.Add(metric, {id_}, *value * row.unit);
      } else {
        sink_.Add(metric, {id_, "total"}, *value * row.unit);
      }
    }
  }

  void ShowWorkingSet() const {
    const auto used = ReadWord(Path("memory.current"));
    const auto usage = used ? ReadCount(*used) : std::nullopt;
    const auto inactive = FlatValue(ReadText(Path("memory.stat")).value_or(""), "inactive_file");
    if (usage && inactive) {
      sink_.Add(kMetrics[kWorkingSet], {id_}, *usage > *inactive ? *usage - *inactive : 0);
    }
  }

  /// `max 100000`, `50000 100000`.
  void ShowCpuLimit() const {
    const std::string text = ReadText(Path("cpu.max")).value_or("");
    const auto words = Words(Trim(text));
    if (words.size() != 2) {
      return;
    }
    if (const auto quota = ReadCount(words[0])) {
      sink_.Add(kMetrics[kQuota], {id_}, *quota);
    }
    if (const auto period = ReadCount(words[1])) {
      sink_.Add(kMetrics[kPeriod], {id_}, *period);
    }
  }

  void ShowIo() const {
    const std::string text = ReadText(Path("io.stat")).value_or("");
    for (const IoLine& line : ParseIoStat(text)) {
      const std::string device = DeviceName(line.device);
      for (const auto& [name, value] : line.values) {
        const auto* const field = std::ranges::find(kIoFields, name, &IoField::name);
        if (field != kIoFields.end()) {
          sink_.Add(kMetrics[field->row], {id_, device}, value);
        }
      }
    }
  }

  /// `/dev/sda` for `8:0`, or the numbers themselves.
  std::string DeviceName(std::string_view numbers) const {
    std::error_code error;
    const auto link =
        std::filesystem::read_symlink(roots_.sysfs + "/dev/block/" + std::string(numbers), error);
    return error ? std::string(numbers) : "/dev/" + link.filename().string();
  }

  void ShowPressure(const PressureFile& row) const {
    constexpr std::string_view kTotal = "total=";
    const std::string text = ReadText(Path(row.file)).value_or("");
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto words = Words(TakeLine(rest));
      const bool is_line = words.size() > 1 && words.back().starts_with(kTotal);
      const auto total = is_line ? ReadCount(words.back().substr(kTotal.size())) : std::nullopt;
      if (total) {
        sink_.Add(kMetrics[words[0] == "some" ? row.some : row.full], {id_}, *total * kMicro);
      }
    }
  }

  std::string folder_;
  std::string id_;
  const Roots& roots_;
  scrape::SampleSink& sink_;
};

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  const auto root = FindCgroupRoot(context.roots.sysfs);
  if (!root) {
    return Fail(ErrorCode::kNotFound,
                "no cgroup v2 below {}/fs/cgroup: the machine has version 1 or none",
                context.roots.sysfs);
  }
  CgroupPaths found;
  SW_TRY_ASSIGN(const std::string own, ReadText(context.roots.procfs + "/self/cgroup"));
  if (auto path = OwnCgroup(own)) {
    found.paths.push_back(std::move(*path));
  }
  for (const std::string& pattern : context.choices.cgroups) {
    ExpandCgroups(*root, pattern, kMostGroups, found);
  }
  for (std::string& path : found.paths) {
    Group(*root, std::move(path), context.roots, sink).Show();
  }
  sink.Add(kLeftOut, {kCgroupPart.name}, static_cast<double>(found.left_out));
  return {};
}

}  // namespace

constinit const Part kCgroupPart = {.name = "cgroup", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
