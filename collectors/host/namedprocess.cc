// Groups of processes, as process-exporter shows them.
//
// Each run reads /proc/PID/stat of every process: its name, parent and start tell whether it is one
// that is known. Only those that belong to a group are looked at closer. A process that no entry
// names belongs to the group of its nearest ancestor that has one.

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "collectors/host/parts.h"
#include "collectors/host/peer_rows.h"
#include "collectors/host/process_text.h"
#include "collectors/host/text.h"
#include "exporter/base/number.h"

namespace sidewatch::host {

namespace {

constexpr std::size_t kMostGroups = 200;
constexpr std::size_t kMostProcesses = 20'000;
constexpr int kMostAncestors = 64;
constexpr double kTicksPerSecond = 100;  // USER_HZ of every Linux that we run on.

constexpr std::string_view kGroup[] = {"groupname"};
constexpr std::string_view kGroupAndMode[] = {"groupname", "mode"};
constexpr std::string_view kGroupAndMemory[] = {"groupname", "memtype"};
constexpr std::string_view kGroupAndSwitch[] = {"groupname", "ctxswitchtype"};
constexpr std::string_view kGroupAndState[] = {"groupname", "state"};

constexpr PeerRows kRow{"process-exporter", kGroup};
constexpr PeerRows kRowGroupAndMode{"process-exporter", kGroupAndMode};
constexpr PeerRows kRowGroupAndSwitch{"process-exporter", kGroupAndSwitch};
constexpr PeerRows kRowGroupAndMemory{"process-exporter", kGroupAndMemory};
constexpr PeerRows kRowGroupAndState{"process-exporter", kGroupAndState};
constexpr PeerRows kRowAlone{"process-exporter", {}};

enum : std::size_t {
  kNumProcs,
  kCpuSeconds,
  kRead,
  kWritten,
  kMajor,
  kMinor,
  kSwitches,
  kMemory,
  kOpenFiles,
  kWorstFiles,
  kOldestStart,
  kNumThreads,
  kStates,
  kPartialErrors,
};

constexpr MetricDescriptor kMetrics[] = {
    kRow(kGauge, "namedprocess_namegroup_num_procs", "/proc/PID", "Processes of the group."),
    kRowGroupAndMode(kCounter,
                     "namedprocess_namegroup_cpu_seconds_total",
                     "/proc/PID/stat utime, stime",
                     "CPU seconds that processes of the group have used."),
    kRow(kCounter,
         "namedprocess_namegroup_read_bytes_total",
         "/proc/PID/io read_bytes",
         "Bytes that processes of the group have read from storage; absent: not for us to see."),
    kRow(kCounter,
         "namedprocess_namegroup_write_bytes_total",
         "/proc/PID/io write_bytes",
         "Bytes that processes of the group have written to storage; absent: not for us to see."),
    kRow(kCounter,
         "namedprocess_namegroup_major_page_faults_total",
         "/proc/PID/stat majflt",
         "Page faults that had to read from storage."),
    kRow(kCounter,
         "namedprocess_namegroup_minor_page_faults_total",
         "/proc/PID/stat minflt",
         "Page faults that had not."),
    kRowGroupAndSwitch(kCounter,
                       "namedprocess_namegroup_context_switches_total",
                       "/proc/PID/status voluntary_ctxt_switches, nonvoluntary_ctxt_switches",
                       "Context switches of the processes' first threads."),
    kRowGroupAndMemory(kGauge,
                       "namedprocess_namegroup_memory_bytes",
                       "/proc/PID/stat rss, vsize; /proc/PID/status VmSwap",
                       "Memory of the group."),
    kRow(kGauge,
         "namedprocess_namegroup_open_filedesc",
         "/proc/PID/fd",
         "Open file descriptors of the group; absent: not for us to see."),
    kRow(kGauge,
         "namedprocess_namegroup_worst_fd_ratio",
         "/proc/PID/fd, /proc/PID/limits",
         "Share of its open files that the process nearest to its limit uses."),
    kRow(kGauge,
         "namedprocess_namegroup_oldest_start_time_seconds",
         "/proc/PID/stat starttime",
         "When the oldest process of the group began."),
    kRow(kGauge,
         "namedprocess_namegroup_num_threads",
         "/proc/PID/stat num_threads",
         "Threads of the group."),
    kRowGroupAndState(kGauge,
                      "namedprocess_namegroup_states",
                      "/proc/PID/stat state",
                      "Processes of the group in the state."),
    kRowAlone(kCounter,
              "namedprocess_scrape_partial_errors",
              "the run",
              "Times that files or I/O of a process of a group could not be read."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::array<std::string_view, kProcessStates> kStateNames = {
    "Running", "Sleeping", "Waiting", "Zombie", "Other"};
constexpr std::string_view kStateLetters = "RSDZ";

/// A counter and the label that goes with it.
struct CounterRow {
  ProcessCounter counter;
  std::size_t metric;
  std::string_view label = {};
};

constexpr std::array kCounterRows = {
    CounterRow{kUserSeconds, kCpuSeconds, "user"},
    CounterRow{kSystemSeconds, kCpuSeconds, "system"},
    CounterRow{kReadBytes, kRead},
    CounterRow{kWrittenBytes, kWritten},
    CounterRow{kMajorFaults, kMajor},
    CounterRow{kMinorFaults, kMinor},
    CounterRow{kVoluntarySwitches, kSwitches, "voluntary"},
    CounterRow{kForcedSwitches, kSwitches, "nonvoluntary"},
};

/// One process as the first look found it.
struct Seen {
  std::int64_t pid = 0;
  ProcessStat stat;
  std::string comm;
  ProcessBook::Known* known = nullptr;
};

std::string UserName(std::string_view status) {
  const auto uid = StatusNumber(status, "Uid");
  if (!uid) {
    return {};
  }
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  const bool known =
      getpwuid_r(static_cast<uid_t>(*uid), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr;
  return known ? std::string(entry.pw_name) : FormatNumber(*uid);
}

class Look {
 public:
  Look(PartContext& context, scrape::SampleSink& sink)
      : context_(context), book_(context.state.processes), sink_(sink) {}

  Status Run() {
    SW_TRY_ASSIGN(const std::string stat, ReadText(context_.roots.procfs + "/stat"));
    boot_seconds_ = FlatBootTime(stat);
    book_.Begin();
    for (const ProcessName& entry : context_.choices.processes) {
      if (IsFixedName(entry)) {
        book_.AddGroup(entry.name, kMostGroups);
      }
    }
    SW_TRY(FindAll());
    for (const Seen& process : seen_) {
      if (const std::string* group = GroupOfTree(process)) {
        AddToGroup(process, *group);
      }
    }
    book_.End();
    Show();
    return {};
  }

 private:
  static double FlatBootTime(std::string_view text) {
    while (!text.empty()) {
      const auto words = Words(TakeLine(text));
      if (words.size() == 2 && words[0] == "btime") {
        return ReadCount(words[1]).value_or(0);
      }
    }
    return 0;
  }

  std::string PathOf(std::int64_t pid, std::string_view file) const {
    return fmt::format("{}/{}/{}", context_.roots.procfs, pid, file);
  }

  Status FindAll() {
    for (const std::string& name : ListFolder(context_.roots.procfs)) {
      const auto pid = ParseInteger(name);
      if (!pid || seen_.size() == kMostProcesses) {
        continue;
      }
      if (context_.run.stop.stop_requested()) {
        return Fail(ErrorCode::kCancelled, "stopped");
      }
      // One that has ended meanwhile is none of ours any more.
      const Result<std::string> text = ReadText(PathOf(*pid, "stat"));
      const auto stat = text ? ParseProcessStat(*text) : std::nullopt;
      if (stat) {
        seen_.push_back(
            {.pid = *pid, .stat = *stat, .comm = std::string(stat->comm), .known = nullptr});
        seen_.back().stat.comm = {};  // It stood in `text`.
      }
    }
    std::ranges::sort(seen_, {}, &Seen::pid);
    for (Seen& process : seen_) {
      process.known = Recognise(process);
    }
    return {};
  }

  /// A process that has another name since it was first seen is looked at anew: it called exec().
  ProcessBook::Known* Recognise(const Seen& process) {
    ProcessBook::Known* known = book_.Find(process.pid, process.stat.start_ticks);
    if (known != nullptr && known->comm == process.comm) {
      return known;
    }
    std::optional<std::string> group = GroupOf(context_.choices.processes, FactsOf(process));
    if (known == nullptr) {
      known = &book_.Remember(process.pid, process.stat.start_ticks);
    }
    known->comm = process.comm;
    known->group = std::move(group);
    return known;
  }

  ProcessFacts FactsOf(const Seen& process) const {
    const bool wants_user = std::ranges::any_of(
        context_.choices.processes, [](const ProcessName& entry) { return entry.wants_username; });
    return {.comm = process.comm,
            .cmdline = ParseCmdline(ReadText(PathOf(process.pid, "cmdline")).value_or("")),
            .username = wants_user ? UserName(ReadText(PathOf(process.pid, "status")).value_or(""))
                                   : std::string()};
  }

  const Seen* FindSeen(std::int64_t pid) const {
    const auto found = std::ranges::lower_bound(seen_, pid, {}, &Seen::pid);
    return found == seen_.end() || found->pid != pid ? nullptr : &*found;
  }

  /// Its own group, or that of its nearest ancestor that has one.
  const std::string* GroupOfTree(const Seen& process) const {
    const Seen* at = &process;
    for (int i = 0; i < kMostAncestors && at != nullptr; ++i) {
      if (at->known->group) {
        return &*at->known->group;
      }
      at = FindSeen(at->stat.parent);
    }
    return nullptr;
  }

  void AddToGroup(const Seen& process, const std::string& group) {
    if (book_.AddGroup(group, kMostGroups)) {
      book_.Add(*process.known, Now(process), group);
    } else {
      left_out_.insert(group);
    }
  }

  ProcessNow Now(const Seen& process) {
    static const auto kPageSize = static_cast<double>(sysconf(_SC_PAGESIZE));
    const ProcessStat& stat = process.stat;
    const std::string status = ReadText(PathOf(process.pid, "status")).value_or("");
    ProcessNow now;
    now.counters[kUserSeconds] = stat.user_ticks / kTicksPerSecond;
    now.counters[kSystemSeconds] = stat.system_ticks / kTicksPerSecond;
    now.counters[kMajorFaults] = stat.major_faults;
    now.counters[kMinorFaults] = stat.minor_faults;
    now.counters[kVoluntarySwitches] = StatusNumber(status, "voluntary_ctxt_switches");
    now.counters[kForcedSwitches] = StatusNumber(status, "nonvoluntary_ctxt_switches");
    now.state = std::min(kStateLetters.find(stat.state), kProcessStates - 1);
    now.start_seconds = boot_seconds_ + stat.start_ticks / kTicksPerSecond;
    now.threads = stat.threads;
    now.resident = stat.resident_pages * kPageSize;
    now.virtual_size = stat.virtual_bytes;
    now.swapped = StatusNumber(status, "VmSwap");
    ReadIo(process.pid, now);
    ReadFiles(process.pid, now);
    return now;
  }

  void ReadIo(std::int64_t pid, ProcessNow& now) {
    const Result<std::string> text = ReadText(PathOf(pid, "io"));
    if (!text) {
      context_.state.process_errors += 1;
      return;
    }
    now.counters[kReadBytes] = StatusNumber(*text, "read_bytes");
    now.counters[kWrittenBytes] = StatusNumber(*text, "write_bytes");
  }

  void ReadFiles(std::int64_t pid, ProcessNow& now) {
    const std::string folder = PathOf(pid, "fd");
    if (access(folder.c_str(), R_OK | X_OK) != 0) {
      context_.state.process_errors += 1;
      return;
    }
    now.open_files = static_cast<double>(ListFolder(folder).size());
    now.open_files_limit = OpenFilesLimit(ReadText(PathOf(pid, "limits")).value_or(""));
  }

  void Show() {
    for (const auto& [name, group] : book_.groups()) {
      ShowGroup(name, group);
    }
    sink_.Add(kMetrics[kPartialErrors], context_.state.process_errors);
    sink_.Add(kLeftOut, {kNamedprocessPart.name}, static_cast<double>(left_out_.size()));
  }

  void ShowGroup(std::string_view name, const ProcessGroup& group) {
    sink_.Add(kMetrics[kNumProcs], {name}, group.processes);
    sink_.Add(kMetrics[kNumThreads], {name}, group.threads);
    sink_.Add(kMetrics[kMemory], {name, "resident"}, group.resident);
    sink_.Add(kMetrics[kMemory], {name, "virtual"}, group.virtual_size);
    if (group.swapped) {
      sink_.Add(kMetrics[kMemory], {name, "swapped"}, *group.swapped);
    }
    ShowIfThere(kOpenFiles, name, group.open_files);
    ShowIfThere(kWorstFiles, name, group.worst_files_ratio);
    ShowIfThere(kOldestStart, name, group.oldest_start);
    for (std::size_t i = 0; i < kProcessStates; ++i) {
      sink_.Add(kMetrics[kStates], {name, kStateNames[i]}, group.states[i]);
    }
    for (const CounterRow& row : kCounterRows) {
      const auto& value = group.counters[row.counter];
      if (value && row.label.empty()) {
        sink_.Add(kMetrics[row.metric], {name}, *value);
      } else if (value) {
        sink_.Add(kMetrics[row.metric], {name, row.label}, *value);
      }
    }
  }

  void ShowIfThere(std::size_t metric, std::string_view name, const std::optional<double>& value) {
    if (value) {
      sink_.Add(kMetrics[metric], {name}, *value);
    }
  }

  PartContext& context_;
  ProcessBook& book_;
  scrape::SampleSink& sink_;
  double boot_seconds_ = 0;
  std::vector<Seen> seen_;
  std::set<std::string> left_out_;
};

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  return context.choices.processes.empty() ? Status() : Look(context, sink).Run();
}

}  // namespace

constinit const Part kNamedprocessPart = {
    .name = "namedprocess", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
