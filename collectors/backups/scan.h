#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/backups/path_pattern.h"
#include "collectors/backups/slice.h"

namespace sidewatch::backups {

/// A file, or a folder that is one backup, as a pattern found it.
struct FoundFile {
  std::string path;
  bool folder = false;
  std::uint64_t size = 0;  ///< Of a folder: all files in it.
  TimePoint modified;      ///< Of a folder: the newest in it.
  NamePeriod period;       ///< What its name says; without a date in it, the time of `modified`.

  /// Path, size and time of modification: another content has another identity.
  std::string Identity() const;
};

/// What is wrong, by a name that is a value of the label `reason`.
struct Fault {
  std::string reason;
  std::string subject;  ///< The path, or the FoundFile's identity: a fault counts once for each.
  std::string detail;
};

/// What lies where a pattern says.
struct Listing {
  std::uint64_t count = 0;
  std::optional<TimePoint> oldest;
  std::vector<FoundFile> newest;  ///< At most kKeptFiles, the newest first.
  std::vector<Fault> faults;
  bool root_readable = true;
  bool finished = true;  ///< False: the time of the run was over.
};

constexpr std::size_t kKeptFiles = 64;

/// The `reason` of an errno: `permission_denied`, `not_found`, `symlink_loop`, `read_error`.
std::string_view ReasonOfErrno(int error);

/// Lists what matches. Bounded: 500,000 names in a scan, 10,000 in a folder that is a backup.
Listing Scan(const PathPattern& pattern, const date::time_zone& zone, const Slice& slice);

/// Looks again at one file of a listing. Nothing: it is gone, or cannot be looked at.
std::optional<FoundFile> LookAgain(const FoundFile& file);

}  // namespace sidewatch::backups
