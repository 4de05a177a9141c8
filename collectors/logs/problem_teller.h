#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/logs/discover.h"
#include "exporter/base/log.h"

namespace sidewatch::logs {

/// Tells the log of each file that cannot be read, once, and of its end.
///
/// A problem is told when it has lasted two runs: a file that is missing for a moment is rotation.
/// Not thread-safe.
class ProblemTeller {
 public:
  /// `log_name` is the target's.
  ProblemTeller(std::string log_name, Logger log)
      : log_name_(std::move(log_name)), log_(std::move(log)) {}

  /// `problems` are those of one run.
  void Tell(const std::vector<FileProblem>& problems);

 private:
  using Key = std::pair<std::string, std::string>;  // Path and reason.

  std::string log_name_;
  Logger log_;
  std::set<Key> before_;
  std::set<Key> told_;
};

}  // namespace sidewatch::logs
