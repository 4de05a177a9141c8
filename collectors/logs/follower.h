#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/logs/options.h"
#include "collectors/logs/tracked_file.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"

namespace sidewatch::logs {

/// What the follower tells of files, by the path that they are shown under.
class FileEvents {
 public:
  FileEvents() = default;
  FileEvents(const FileEvents&) = delete;
  FileEvents& operator=(const FileEvents&) = delete;
  virtual ~FileEvents() = default;

  virtual void OnRotation(const std::string& label) = 0;
  virtual void OnProblem(const FileProblem& problem) = 0;
};

/// Knows which files to read from where, through renames, copies, cuts and restarts.
///
/// A file is known by device, inode and first bytes, never by its name. Three things happen to it:
///
///   renamed away  another file stands at its path. The old one is read to its end, by the open
///                 descriptor or, after a restart, under the name that its inode has now. Files
///                 that came and went in between (rotated names, written after it) are read whole.
///   cut           it is shorter than what was read, or begins otherwise. If a file beside it
///   begins
///                 as it did and is long enough, that is copytruncate's copy, and holds the lines
///                 that were not read yet.
///   gone          read to its end as long as it is open.
///
/// Not thread-safe.
class Follower {
 public:
  /// All outlive the follower.
  Follower(const Options& options, FileEvents& events, const Clock& clock)
      : options_(options), events_(events), clock_(clock) {}

  /// Looks at what is there now.
  std::vector<const FoundFile*> Unrecognised(const std::vector<FoundFile>& files);
  void Refresh();

  /// Opens a file to be read. False: it cannot be; the events know why.
  bool Open(TrackedFile& file);

  /// After reading: `finish` is called for files that are done with, before they are closed.
  void Settle(const std::function<void(TrackedFile&)>& finish);

  const std::vector<std::unique_ptr<TrackedFile>>& files() const { return files_; }

  /// Files that match but are too many.
  std::size_t over_limit() const { return over_limit_; }

  /// A file that a glob found and that this program writes to; empty if there is none.
  const std::string& own_output() const { return own_output_; }

  /// Files that are being followed.
  std::size_t following() const;

  /// What must survive a restart.
  std::string Encode() const;
  void Decode(std::string_view bytes);

  /// True if the configuration still names what is shown under `label`.
  bool IsConfigured(const std::string& label) const;

 private:
  TrackedFile* FindById(const FileId& id);
  TrackedFile* FindSibling(const FoundFile& sibling);
  TrackedFile* FindCurrent(const std::string& label);
  bool Recognise(TrackedFile& file, const FoundFile& found);
  bool IsSame(TrackedFile& file, const FoundFile& found);
  void HandleCut(TrackedFile& file, const FoundFile& found);
  void HandleNew(const FoundFile& found);
  bool IsCopy(const FoundFile& found, int fd) const;
  void RecoverCopy(const TrackedFile& cut, const FoundFile& now, std::int64_t& since);
  void AddGenerations(const std::string& label, std::int64_t since, const FileId& except);
  void FindMoved(TrackedFile& file);
  TrackedFile& Track(const FoundFile& found, const std::string& label, ReadPosition position);
  void DropOld();

  const Options& options_;
  FileEvents& events_;
  const Clock& clock_;
  std::vector<std::unique_ptr<TrackedFile>> files_;
  std::set<std::string, std::less<>> known_patterns_;  ///< Were looked for in a run before this.
  std::size_t over_limit_ = 0;
  std::string own_output_;
};

}  // namespace sidewatch::logs
