#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectors/logs/bytes.h"
#include "collectors/logs/discover.h"
#include "collectors/logs/formats.h"
#include "exporter/base/clock.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::logs {

/// What a file begins with: tells a file from another that was given its inode.
struct Fingerprint {
  static constexpr std::uint32_t kMost = 1024;

  std::uint32_t size = 0;  ///< 0: nothing known, fits every file.
  std::uint64_t hash = 0;

  bool operator==(const Fingerprint&) const = default;
};

/// The fingerprint of the first `size` bytes. Nothing: the file is shorter, or not readable.
std::optional<Fingerprint> ReadFingerprint(int fd, std::uint32_t size);

/// Where reading goes on.
struct ReadPosition {
  std::uint64_t offset = 0;   ///< All before it is counted.
  bool skipping = false;      ///< It stands in a line that was cut: the rest is not wanted.
  std::uint64_t partial = 0;  ///< Bytes behind it of a line without an end yet.
};

/// A file that is followed, by its identity: names come and go.
struct TrackedFile {
  std::string label;  ///< The path that it is shown under: the one where it was first found.
  std::string path;   ///< Where it was found last.
  FileId id;
  Fingerprint head;
  ReadPosition position;
  std::int64_t modified_ns = 0;
  bool current = false;  ///< The one at `label`, not one that was rotated away from there.
  bool copy = false;     ///< A copy of another one: not to be read.
  bool done = false;     ///< Rotated away, read, and silent for long: no longer looked at.

  // Of this run of the program only.
  bool live = false;  ///< Found where the configuration says.
  std::uint64_t size = 0;
  UniqueFd fd;
  const Format* format = nullptr;
  SteadyTime grew;  ///< When something was last read.
};

/// Opens `path` for reading if it is still `id`. Errors: an errno in `error`, 0 for another file.
UniqueFd OpenFile(const std::string& path, const FileId& id, int& error);

/// What must survive a restart.
void AppendFile(std::string& out, const TrackedFile& file);
TrackedFile TakeFile(RawReader& reader);

}  // namespace sidewatch::logs
