#include "collectors/backups/scan.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch::backups {
namespace {

constexpr std::uint64_t kMaxNames = 500'000;
constexpr std::uint64_t kMaxNamesInBackup = 10'000;
constexpr int kMaxDepthInBackup = 8;
constexpr std::uint64_t kNamesBetweenLooksAtTheClock = 256;

// What tools write before they rename it; never a backup unless the pattern spells it.
constexpr std::array<std::string_view, 6> kUnfinished = {
    ".tmp", ".temp", ".part", ".partial", ".incomplete", "~"};

struct Reason {
  int error;
  std::string_view name;
};

constexpr std::array kReasons = {
    Reason{EACCES, "permission_denied"},
    Reason{EPERM, "permission_denied"},
    Reason{ENOENT, "not_found"},
    Reason{ENOTDIR, "not_found"},
    Reason{ELOOP, "symlink_loop"},
};

using Folder = UniqueHandle<DIR, closedir>;

std::string ErrnoText(int error) {
  return std::generic_category().message(error);
}

TimePoint ModifiedAt(const struct stat& info) {
  return TimePoint(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec)));
}

bool IsUnfinished(std::string_view name, std::string_view pattern) {
  return std::ranges::any_of(kUnfinished, [&](std::string_view end) {
    return name.ends_with(end) && !pattern.ends_with(end);
  });
}

/// Adds up a folder that is one backup. Links are not followed, so there are no loops.
void AddUp(const std::string& path, int depth, std::uint64_t& names, FoundFile& out) {
  const Folder folder(opendir(path.c_str()));
  if (folder == nullptr || depth > kMaxDepthInBackup) {
    return;
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): this DIR belongs to this call.
  while (const dirent* entry = readdir(folder.get())) {
    const std::string_view name = static_cast<const char*>(entry->d_name);

    struct stat info {};

    if (name == "." || name == ".." || ++names > kMaxNamesInBackup ||
        fstatat(dirfd(folder.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    out.modified = std::max(out.modified, ModifiedAt(info));
    if (S_ISDIR(info.st_mode)) {
      AddUp(fmt::format("{}/{}", path, name), depth + 1, names, out);
    } else if (S_ISREG(info.st_mode)) {
      out.size += static_cast<std::uint64_t>(info.st_size);
    }
  }
}

void ReadFolder(FoundFile& file) {
  std::uint64_t names = 0;
  file.size = 0;
  AddUp(file.path, 0, names, file);
}

bool IsNewer(const FoundFile& a, const FoundFile& b) {
  return a.period.begin != b.period.begin ? a.period.begin > b.period.begin
                                          : a.modified > b.modified;
}

class Scanner {
 public:
  Scanner(const PathPattern& pattern, const date::time_zone& zone, const Slice& slice)
      : pattern_(pattern), zone_(zone), slice_(slice) {}

  Listing Take() {
    Descend(pattern_.root, 0, NameDate());
    std::ranges::sort(listing_.newest, IsNewer);
    listing_.newest.resize(std::min(listing_.newest.size(), kKeptFiles));
    for (FoundFile& file : listing_.newest) {
      if (file.folder) {
        ReadFolder(file);
      }
    }
    return std::move(listing_);
  }

 private:
  void AddFault(std::string_view reason, const std::string& path, std::string detail) {
    constexpr std::size_t kMaxFaults = 8;
    if (listing_.faults.size() < kMaxFaults) {
      listing_.faults.push_back({std::string(reason), path, std::move(detail)});
    }
  }

  bool GoesOn() {
    ++names_;
    if (names_ > kMaxNames) {
      if (names_ == kMaxNames + 1) {
        AddFault("too_many_files",
                 pattern_.root,
                 fmt::format("over {} names: the rest is not looked at", kMaxNames));
      }
      return false;
    }
    if (names_ % kNamesBetweenLooksAtTheClock == 0 && slice_()) {
      listing_.finished = false;
    }
    return listing_.finished;
  }

  Folder Open(const std::string& folder, std::size_t index) {
    Folder open(opendir(folder.empty() ? "/" : folder.c_str()));
    if (open == nullptr) {
      const int error = errno;
      // What a glob met may be no folder, or gone meanwhile.
      if (index == 0 || (error != ENOENT && error != ENOTDIR)) {
        AddFault(ReasonOfErrno(error), folder, ErrnoText(error));
      }
      listing_.root_readable = listing_.root_readable && index > 0;
    }
    return open;
  }

  /// NOLINTNEXTLINE(misc-no-recursion): as deep as the pattern has parts.
  void Descend(const std::string& folder, std::size_t index, const NameDate& date) {
    const PathPart& part = pattern_.parts[index];
    if (part.match == nullptr && index > 0) {
      Step(folder, part.text, index, date);
      return;
    }
    const Folder open = Open(folder, index);
    if (open == nullptr) {
      return;
    }
    if (part.match == nullptr) {
      Step(folder, part.text, index, date);
      return;
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe): this DIR belongs to this call.
    while (const dirent* entry = readdir(open.get())) {
      if (!GoesOn()) {
        return;
      }
      const std::string_view name = static_cast<const char*>(entry->d_name);
      NameDate inner = date;
      if (name != "." && name != ".." && part.Matches(name, inner) &&
          !IsUnfinished(name, part.text)) {
        Step(folder, name, index, inner);
      }
    }
  }

  /// NOLINTNEXTLINE(misc-no-recursion): as deep as the pattern has parts.
  void Step(const std::string& folder,
            std::string_view name,
            std::size_t index,
            const NameDate& date) {
    const std::string path = fmt::format("{}/{}", folder, name);
    if (index + 1 < pattern_.parts.size()) {
      Descend(path, index + 1, date);
      return;
    }

    struct stat info {};

    if (stat(path.c_str(), &info) != 0) {
      const int error = errno;
      if (error != ENOENT && error != ENOTDIR) {
        AddFault(ReasonOfErrno(error), path, ErrnoText(error));
      }
      return;
    }
    if (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)) {
      AddFile(path, info, date);
    }
  }

  void AddFile(const std::string& path, const struct stat& info, const NameDate& date) {
    const TimePoint modified = ModifiedAt(info);
    NamePeriod period{modified, modified};
    if (pattern_.dated) {
      const auto named = PeriodOf(date, zone_);
      if (!named) {
        return;
      }
      period = *named;
    }
    ++listing_.count;
    listing_.oldest = std::min(listing_.oldest.value_or(period.begin), period.begin);
    listing_.newest.push_back({.path = path,
                               .folder = S_ISDIR(info.st_mode),
                               .size = static_cast<std::uint64_t>(info.st_size),
                               .modified = modified,
                               .period = period});
    if (listing_.newest.size() >= 2 * kKeptFiles) {
      std::ranges::nth_element(listing_.newest, listing_.newest.begin() + kKeptFiles, IsNewer);
      listing_.newest.resize(kKeptFiles);
    }
  }

  const PathPattern& pattern_;
  const date::time_zone& zone_;
  const Slice& slice_;
  std::uint64_t names_ = 0;
  Listing listing_;
};

}  // namespace

std::string FoundFile::Identity() const {
  return fmt::format("{}/{}/{}", path, size, ToUnixMillis(modified));
}

std::string_view ReasonOfErrno(int error) {
  const auto* found = std::ranges::find(kReasons, error, &Reason::error);
  return found == kReasons.end() ? "read_error" : found->name;
}

Listing Scan(const PathPattern& pattern, const date::time_zone& zone, const Slice& slice) {
  return Scanner(pattern, zone, slice).Take();
}

std::optional<FoundFile> LookAgain(const FoundFile& file) {
  struct stat info {};

  if (stat(file.path.c_str(), &info) != 0 || S_ISDIR(info.st_mode) != file.folder) {
    return std::nullopt;
  }
  FoundFile now = file;
  now.size = static_cast<std::uint64_t>(info.st_size);
  now.modified = ModifiedAt(info);
  if (file.period.begin == file.modified && file.period.end == file.modified) {
    now.period = {now.modified, now.modified};
  }
  if (now.folder) {
    ReadFolder(now);
  }
  return now;
}

}  // namespace sidewatch::backups
