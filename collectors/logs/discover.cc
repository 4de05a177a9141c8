#include "collectors/logs/discover.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporter/base/glob.h"

namespace sidewatch::logs {
namespace {

constexpr std::array<std::string_view, 7> kCompressed = {
    ".gz", ".bz2", ".xz", ".zst", ".lz4", ".Z", ".zip"};

bool IsCompressed(std::string_view path) {
  return std::ranges::any_of(kCompressed,
                             [path](std::string_view end) { return path.ends_with(end); });
}

constexpr std::string_view kWildcards = "*?[{";

bool IsGlob(std::string_view pattern) {
  return pattern.find_first_of(kWildcards) != std::string_view::npos;
}

constexpr std::string_view kOwnOutput = "own_output";

bool IsOwnOutput(const struct stat& file) {
  return std::ranges::any_of(std::array{STDOUT_FILENO, STDERR_FILENO}, [&file](int fd) {
    struct stat own = {};
    return ::fstat(fd, &own) == 0 && own.st_dev == file.st_dev && own.st_ino == file.st_ino;
  });
}

/// Nothing: it is not there or not a regular file of others; `reason` says why.
std::optional<FoundFile> Look(const std::string& path, std::string_view& reason) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) {
    reason = ReasonOf(errno);
    return std::nullopt;
  }
  if (!S_ISREG(info.st_mode)) {
    reason = S_ISDIR(info.st_mode) ? "directory" : "not_regular";
    return std::nullopt;
  }
  if (IsOwnOutput(info)) {
    reason = kOwnOutput;
    return std::nullopt;
  }
  return FoundFile{
      .path = path,
      .id = {.device = info.st_dev, .inode = info.st_ino},
      .size = static_cast<std::uint64_t>(info.st_size),
      .modified_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec,
      .pattern = {}};
}

class Collection {
 public:
  void Add(FoundFile file, std::string_view pattern) {
    if (ids_.insert(file.id).second) {
      file.pattern = pattern;
      found_.files.push_back(std::move(file));
    }
  }

  void AddPath(const std::string& path) {
    std::string_view reason;
    if (std::optional<FoundFile> file = Look(path, reason)) {
      Add(std::move(*file), path);
    } else {
      found_.problems.push_back({.path = path, .reason = reason});
    }
  }

  void AddGlob(const std::string& pattern) {
    const std::vector<std::string> paths = Glob(pattern, GlobBraces::kYes);
    for (const std::string& path : paths) {
      std::string_view reason;
      std::optional<FoundFile> file = IsCompressed(path) ? std::nullopt : Look(path, reason);
      if (file) {
        Add(std::move(*file), pattern);
      } else if (reason == kOwnOutput && found_.own_output.empty()) {
        found_.own_output = path;
      }
    }
    if (paths.empty()) {
      CheckFolder(pattern);
    }
  }

  /// That nothing matches may be right, but not if the folder is not there or closed to us.
  void CheckFolder(const std::string& pattern) {
    const std::size_t fixed = pattern.find_last_of('/', pattern.find_first_of(kWildcards));
    const std::string folder =
        fixed == std::string::npos ? "." : pattern.substr(0, std::max<std::size_t>(fixed, 1));
    if (::faccessat(AT_FDCWD, folder.c_str(), R_OK | X_OK, AT_EACCESS) != 0) {
      found_.problems.push_back({.path = pattern, .reason = ReasonOf(errno)});
    }
  }

  Discovery& found() { return found_; }

 private:
  Discovery found_;
  std::set<FileId> ids_;
};

}  // namespace

std::string_view ReasonOf(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "not_found";
    case EACCES:
    case EPERM:
      return "permission_denied";
    default:
      return "io";
  }
}

Discovery Discover(const std::vector<std::string>& patterns,
                   std::size_t limit,
                   const std::function<bool(const FileId&)>& is_known) {
  Collection collection;
  for (const std::string& pattern : patterns) {
    if (IsGlob(pattern)) {
      collection.AddGlob(pattern);
    } else {
      collection.AddPath(pattern);
    }
  }
  Discovery found = std::move(collection.found());
  if (found.files.size() > limit) {
    // Not std::ranges::stable_partition, which clang 14 cannot compile.
    std::stable_partition(found.files.begin(), found.files.end(), [&](const FoundFile& file) {
      return is_known(file.id);
    });
    found.over_limit = found.files.size() - limit;
    found.files.resize(limit);
  }
  return found;
}

std::vector<FoundFile> Siblings(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string stem = whole.stem().string();
  std::filesystem::path folder = whole.parent_path();
  if (folder.empty()) {
    folder = ".";
  }
  std::vector<FoundFile> siblings;
  std::error_code error;
  std::string_view reason;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(stem) || IsCompressed(name)) {
      continue;
    }
    if (std::optional<FoundFile> file = Look(entry->path().string(), reason)) {
      siblings.push_back(std::move(*file));
    }
  }
  return siblings;
}

bool IsRotatedName(const std::string& path, const std::string& other) {
  const std::filesystem::path ours(path);
  const std::filesystem::path theirs(other);
  const std::string name = ours.filename().string();
  const std::string stem = ours.stem().string();
  const std::string extension = ours.extension().string();
  std::string rest = theirs.filename().string();
  if (rest.starts_with(name)) {
    rest.erase(0, name.size());
  } else if (rest.starts_with(stem) && rest.ends_with(extension) &&
             rest.size() >= stem.size() + extension.size()) {
    rest = rest.substr(stem.size(), rest.size() - stem.size() - extension.size());
  } else {
    return false;
  }
  constexpr std::string_view kMarks = "0123456789.-_T:";
  // `worker-10.log` is not made of `worker-1.log`.
  const bool apart =
      !rest.empty() && std::string_view(".-_").find(rest.front()) != std::string_view::npos;
  const bool marks = apart && rest.find_first_not_of(kMarks) == std::string::npos &&
                     rest.find_first_of("0123456789") != std::string::npos;
  return marks || rest == ".old" || rest == ".bak";
}

}  // namespace sidewatch::logs
