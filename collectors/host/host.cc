#include "collectors/host/host.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/utsname.h>

#include "collectors/host/part.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kCollectorLabel[] = {"collector"};

constexpr MetricDescriptor kOwnMetrics[] = {
    Gauge("node_scrape_collector_success",
          kCollectorLabel,
          "the run",
          "1 if this part of the run worked."),
    Gauge("node_scrape_collector_duration_seconds",
          kCollectorLabel,
          "the run",
          "Seconds that this part of the run took."),
};
static_assert(DescriptorsAreSound(kOwnMetrics));

struct Options {
  Roots roots;
  Filters filters;
  Choices choices;
  std::vector<const Part*> parts;
};

class HostCollector final : public scrape::Collector {
 public:
  HostCollector(Options options, const scrape::CollectorDeps& deps)
      : options_(std::move(options)), clock_(deps.clock), log_(deps.log.Named("host")) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override;
  std::string Instance() const override;

 private:
  Status ParseFile(const ProcFile& file, scrape::SampleSink& sink) const;
  Status CollectPart(const Part& part, PartContext& context, scrape::SampleSink& sink) const;
  void NoteFailure(const Part& part, const Error& error);

  Options options_;
  const Clock& clock_;
  Logger log_;
  State state_;
  std::map<const Part*, std::string> errors_;  ///< The last one of each part that fails.
};

Status HostCollector::ParseFile(const ProcFile& file, scrape::SampleSink& sink) const {
  const Result<std::string> text = ReadText(options_.roots.procfs + "/" + std::string(file.path));
  if (text) {
    return file.parse(*text, sink);
  }
  return file.optional ? Status() : Fail(text.error());
}

Status HostCollector::CollectPart(const Part& part,
                                  PartContext& context,
                                  scrape::SampleSink& sink) const {
  for (const ProcFile& file : part.files) {
    SW_TRY(ParseFile(file, sink));
  }
  return part.collect == nullptr ? Status() : part.collect(context, sink);
}

void HostCollector::NoteFailure(const Part& part, const Error& error) {
  std::string& last = errors_[&part];
  if (last == error.message) {
    return;
  }
  last = error.message;
  // A file that this kernel does not have is nothing to be told about at night.
  if (error.code == ErrorCode::kNotFound) {
    log_.Debug("a part has nothing to show", {{"collector", part.name}, {"error", last}});
  } else {
    log_.Warn("a part of the run fails", {{"collector", part.name}, {"error", last}});
  }
}

Status HostCollector::Collect(const scrape::RunContext& run, scrape::SampleSink& sink) {
  PartContext context{.roots = options_.roots,
                      .filters = options_.filters,
                      .choices = options_.choices,
                      .clock = clock_,
                      .run = run,
                      .state = state_};
  std::size_t failed = 0;
  std::optional<Error> first;
  for (const Part* part : options_.parts) {
    if (run.stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    const SteadyTime began = clock_.Steady();
    const Status done = CollectPart(*part, context, sink);
    const std::chrono::duration<double> took = clock_.Steady() - began;
    sink.Add(kOwnMetrics[0], {part->name}, done ? 1 : 0);
    sink.Add(kOwnMetrics[1], {part->name}, took.count());
    if (done) {
      errors_.erase(part);
    } else {
      NoteFailure(*part, done.error());
      first = first ? first : done.error();
      ++failed;
    }
  }
  if (first && failed == options_.parts.size()) {
    return FailWith("every part failed, the first with", *first);
  }
  return {};
}

std::string HostCollector::Instance() const {
  utsname names{};
  return uname(&names) == 0 ? names.nodename : "localhost";
}

/// node_exporter's defaults.
constexpr std::string_view kMountPoints =
    "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)";
constexpr std::string_view kFilesystemTypes =
    "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|"
    "mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|"
    "tracefs)$";
constexpr std::string_view kDisks = "^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$";
constexpr std::string_view kNoDevice = "^$";

std::unique_ptr<const RE2> ReadPattern(config::MapReader& target,
                                       std::string_view key,
                                       std::string_view standard) {
  std::string pattern(standard);
  target.Read(key, pattern);
  auto expression = std::make_unique<const RE2>(pattern, RE2::Quiet);
  if (!expression->ok()) {
    target.ErrorAt(key,
                   fmt::format("bad regular expression \"{}\": {}", pattern, expression->error()));
  }
  return expression;
}

std::vector<std::string> ReadPartNames(config::MapReader& target, std::string_view key) {
  std::vector<std::string> names;
  target.Read(key, names);
  std::vector<std::string_view> known;
  for (const Part* part : AllParts()) {
    known.push_back(part->name);
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      target.ErrorAt(key,
                     fmt::format("no part \"{}\"; there are {}", name, fmt::join(known, ", ")));
    }
  }
  return names;
}

/// Without the slash at the end, so that paths can be appended; the root itself stays.
void ReadRoot(config::MapReader& target, std::string_view key, std::string& root) {
  target.Read(key, root);
  while (root.size() > 1 && root.ends_with('/')) {
    root.pop_back();
  }
}

void ReadCgroups(config::MapReader& target, std::vector<std::string>& patterns) {
  target.Read("cgroups", patterns);
  for (const std::string& pattern : patterns) {
    if (!pattern.starts_with('/') || pattern.find("..") != std::string::npos) {
      target.ErrorAt("cgroups",
                     fmt::format("\"{}\": expected a path below the mount of cgroup v2, such as "
                                 "/system.slice/*.service",
                                 pattern));
    }
  }
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  Options options;
  ReadRoot(target, "procfs", options.roots.procfs);
  ReadRoot(target, "sysfs", options.roots.sysfs);
  ReadRoot(target, "rootfs", options.roots.rootfs);
  options.filters = {.mount_points = ReadPattern(target, "mount_points_exclude", kMountPoints),
                     .filesystem_types = ReadPattern(target, "fs_types_exclude", kFilesystemTypes),
                     .disks = ReadPattern(target, "disks_exclude", kDisks),
                     .network_devices = ReadPattern(target, "network_devices_exclude", kNoDevice)};
  ReadCgroups(target, options.choices.cgroups);
  options.choices.processes = ReadProcessNames(target);
  const std::vector<std::string> enable = ReadPartNames(target, "enable");
  const std::vector<std::string> disable = ReadPartNames(target, "disable");
  const auto contains = [](const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (const Part* part : AllParts()) {
    if ((enable.empty() || contains(enable, part->name)) && !contains(disable, part->name)) {
      options.parts.push_back(part);
    }
  }
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<HostCollector>(std::move(options), deps);
}

std::span<const MetricDescriptor> AllMetrics() {
  static const std::vector<MetricDescriptor> kAll = [] {
    std::vector<MetricDescriptor> all(std::begin(kOwnMetrics), std::end(kOwnMetrics));
    all.push_back(kLeftOut);
    for (const Part* part : AllParts()) {
      all.insert(all.end(), part->metrics.begin(), part->metrics.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace

const scrape::CollectorSpec kHostSpec = {
    .kind = "host",
    .default_job = "node",
    .summary = "The Linux machine: CPU, memory, disks, file systems, network and pressure.",
    .metrics = AllMetrics(),
    .up = nullptr,
    .create = &Create,
};

}  // namespace sidewatch::host
