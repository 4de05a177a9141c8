#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/statvfs.h>

#include "exporter/base/clock.h"

namespace sidewatch::host {

/// What statvfs said: numbers, or an errno.
struct MountNumbers {
  struct statvfs numbers {};

  int error = 0;
};

/// Calls statvfs in a thread that can be left behind, as a dead network mount blocks it for good.
///
/// A path that blocked is not asked again until its call has come back, so a dead mount costs one
/// thread and one wait. Threads: belongs to one.
class MountProbe {
 public:
  /// The answers in the order of `paths`; nothing for a path that blocks for longer than
  /// `patience` or did before.
  std::vector<std::optional<MountNumbers>> Ask(const std::vector<std::string>& paths,
                                               Duration patience);

 private:
  struct Batch;

  /// Asks `paths` from `first` on. Returns where it got stuck, or the end.
  static std::size_t AskFrom(const std::shared_ptr<Batch>& batch, Duration patience);

  std::map<std::string, std::shared_ptr<Batch>> stuck_;
};

}  // namespace sidewatch::host
