#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"device", "mountpoint", "fstype", "device_error"};
constexpr std::string_view kInfoLabels[] = {"device", "major", "minor", "mountpoint"};

enum Row : std::size_t {
  kSize,
  kFree,
  kAvail,
  kFiles,
  kFilesFree,
  kPurgeable,
  kReadonly,
  kDeviceError,
  kMountInfo
};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_filesystem_size_bytes", kLabels, "statvfs f_blocks", "Size of the file system."),
    Gauge("node_filesystem_free_bytes", kLabels, "statvfs f_bfree", "Free space."),
    Gauge("node_filesystem_avail_bytes",
          kLabels,
          "statvfs f_bavail",
          "Free space that is not kept back for root."),
    Gauge("node_filesystem_files", kLabels, "statvfs f_files", "Inodes."),
    Gauge("node_filesystem_files_free", kLabels, "statvfs f_ffree", "Free inodes."),
    Gauge("node_filesystem_purgeable_bytes",
          kLabels,
          "node_exporter's list",
          "Space that macOS could clear by itself; always 0 on Linux."),
    Gauge("node_filesystem_readonly",
          kLabels,
          "/proc/1/mountinfo",
          "1 if the file system is mounted read-only."),
    Gauge("node_filesystem_device_error",
          kLabels,
          "statvfs",
          "1 if the file system could not be asked."),
    Gauge("node_filesystem_mount_info",
          kInfoLabels,
          "/proc/1/mountinfo",
          "Numbers of the mounted device, in labels; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

struct Mount {
  std::string device;
  std::string mount_point;
  std::string type;
  std::string major;
  std::string minor;
  bool read_only = false;
};

/// The kernel writes space, tab, line feed and backslash as `\040` and so on.
std::string Unescape(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  constexpr int kBase = 8;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view octal = text.substr(std::min(i + 1, text.size()), kDigits);
    const bool escape = text[i] == '\\' && octal.size() == kDigits &&
                        octal.find_first_not_of("01234567") == std::string_view::npos;
    if (!escape) {
      out += text[i];
      continue;
    }
    int code = 0;
    for (const char digit : octal) {
      code = code * kBase + (digit - '0');
    }
    out += static_cast<char>(code);
    i += kDigits;
  }
  return out;
}

bool HasOption(std::string_view options, std::string_view option) {
  while (!options.empty()) {
    const std::size_t end = std::min(options.find(','), options.size());
    if (options.substr(0, end) == option) {
      return true;
    }
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

/// A line is `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`: the
/// number of fields before the dash varies.
std::optional<Mount> ParseMount(std::string_view line) {
  constexpr std::size_t kBeforeDash = 6;
  const auto words = Words(line);
  const auto dash = std::find(words.begin(), words.end(), "-");
  const auto at = static_cast<std::size_t>(dash - words.begin());
  if (at < kBeforeDash || words.size() < at + 4) {
    return std::nullopt;
  }
  const std::size_t colon = words[2].find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  return Mount{.device = Unescape(words[at + 2]),
               .mount_point = Unescape(words[4]),
               .type = std::string(words[at + 1]),
               .major = std::string(words[2].substr(0, colon)),
               .minor = std::string(words[2].substr(colon + 1)),
               .read_only = HasOption(words[5], "ro") || HasOption(words[at + 3], "ro")};
}

/// `/host/var` is `/var` of the machine whose root is `/host`.
std::string WithoutRoot(const std::string& mount_point, const std::string& rootfs) {
  if (rootfs == "/" || !mount_point.starts_with(rootfs)) {
    return mount_point;
  }
  const std::string rest = mount_point.substr(rootfs.size());
  return rest.empty() ? "/" : rest;
}

/// The mounts that are shown, each place once: a later mount hides an earlier one.
std::vector<Mount> WantedMounts(std::string_view text, const PartContext& context) {
  std::vector<Mount> mounts;
  std::set<std::pair<std::string, std::string>> seen;
  while (!text.empty()) {
    std::optional<Mount> mount = ParseMount(TakeLine(text));
    if (!mount) {
      continue;
    }
    mount->mount_point = WithoutRoot(mount->mount_point, context.roots.rootfs);
    const bool wanted = !RE2::PartialMatch(mount->mount_point, *context.filters.mount_points) &&
                        !RE2::PartialMatch(mount->type, *context.filters.filesystem_types);
    if (wanted && seen.emplace(mount->device, mount->mount_point).second) {
      mounts.push_back(std::move(*mount));
    }
  }
  return mounts;
}

void AddNumbers(const Mount& mount, const struct statvfs& numbers, scrape::SampleSink& sink) {
  const auto unit = static_cast<double>(numbers.f_frsize != 0 ? numbers.f_frsize : numbers.f_bsize);
  const auto add = [&](Row row, double value) {
    sink.Add(kMetrics[row], {mount.device, mount.mount_point, mount.type, ""}, value);
  };
  add(kSize, static_cast<double>(numbers.f_blocks) * unit);
  add(kFree, static_cast<double>(numbers.f_bfree) * unit);
  add(kAvail, static_cast<double>(numbers.f_bavail) * unit);
  add(kFiles, static_cast<double>(numbers.f_files));
  add(kFilesFree, static_cast<double>(numbers.f_ffree));
  add(kPurgeable, 0);
}

void AddMount(const Mount& mount,
              const std::optional<MountNumbers>& answer,
              scrape::SampleSink& sink) {
  std::string failure;
  if (!answer) {
    failure = "mountpoint timeout";
  } else if (answer->error != 0) {
    failure = std::generic_category().message(answer->error);
  } else {
    AddNumbers(mount, answer->numbers, sink);
  }
  const auto labels = {std::string_view(mount.device),
                       std::string_view(mount.mount_point),
                       std::string_view(mount.type),
                       std::string_view(failure)};
  sink.Add(kMetrics[kDeviceError], labels, failure.empty() ? 0 : 1);
  sink.Add(kMetrics[kReadonly], labels, mount.read_only ? 1 : 0);
  sink.Add(kMetrics[kMountInfo], {mount.device, mount.major, mount.minor, mount.mount_point}, 1);
}

Result<std::string> ReadMounts(const std::string& procfs) {
  Result<std::string> of_init = ReadText(procfs + "/1/mountinfo");
  return of_init ? of_init : ReadText(procfs + "/self/mountinfo");
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  // A healthy mount answers in microseconds; a second leaves time for the run's other parts.
  constexpr Duration kPatience{1000};
  SW_TRY_ASSIGN(const std::string text, ReadMounts(context.roots.procfs));
  const std::vector<Mount> mounts = WantedMounts(text, context);
  const std::string root = context.roots.rootfs == "/" ? std::string() : context.roots.rootfs;
  std::vector<std::string> paths;
  paths.reserve(mounts.size());
  for (const Mount& mount : mounts) {
    paths.push_back(root + mount.mount_point);
  }
  const auto left =
      std::chrono::duration_cast<Duration>(context.run.deadline - context.clock.Steady());
  const auto answers =
      context.state.mounts.Ask(paths, std::clamp(left / 4, Duration(1), kPatience));
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    AddMount(mounts[i], answers[i], sink);
  }
  return {};
}

}  // namespace

constinit const Part kFilesystemPart = {
    .name = "filesystem", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
