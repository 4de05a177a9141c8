#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::logs {

/// Which file it is, whatever it is called.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  auto operator<=>(const FileId&) const = default;
};

/// A regular file and where it was found.
struct FoundFile {
  std::string path;
  FileId id;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::string_view pattern;  ///< Of the configuration; empty: it did not name this file.
};

/// Why a file that the configuration names cannot be read.
struct FileProblem {
  std::string path;
  std::string_view reason;  ///< `not_found`, `permission_denied`, `directory`, `not_regular`,
                            ///< `own_output`, `io`.
};

struct Discovery {
  std::vector<FoundFile> files;  ///< Each once, even if several patterns name it.
  std::vector<FileProblem> problems;
  std::size_t over_limit = 0;  ///< Files beyond the limit, which are left out.
  std::string own_output;      ///< What a glob found and this program writes to; the first one.
};

/// Finds the regular files that `patterns` (paths and globs) name, at most `limit`. `is_known` ones
/// come before others. What a glob finds besides readable logs (folders, compressed files) is
/// passed over in silence. The files that are this program's standard output or error are never
/// among them: it would read what it says about reading. A link to /dev/stdout leads there, too.
///
/// `patterns` outlive the result.
Discovery Discover(const std::vector<std::string>& patterns,
                   std::size_t limit,
                   const std::function<bool(const FileId&)>& is_known);

/// The files beside `path` that may have been made of it: names that begin as its name does
/// (without the extension), not compressed.
std::vector<FoundFile> Siblings(const std::string& path);

/// True if `other` is a name that rotation gives to `path`: `app.log.1`, `app.log-20261121`,
/// `app-20261121.log`.
bool IsRotatedName(const std::string& path, const std::string& other);

/// `permission_denied`, …, for an errno.
std::string_view ReasonOf(int error);

}  // namespace sidewatch::logs
