#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::exec {

/// A program to run. Its environment is `environment` and nothing else.
struct ChildCommand {
  std::vector<std::string> argv;         ///< The first one is looked for in PATH.
  std::vector<std::string> environment;  ///< `NAME=value`.
  std::size_t max_output_bytes = 0;
};

struct ChildResult {
  int exit_code = 0;   ///< 128 plus the signal's number if one ended it.
  std::string output;  ///< Standard output.
  std::string errors;  ///< The beginning of standard error.
};

/// Runs a program to its end, in a process group of its own that is killed when this returns, so
/// that nothing it started stays behind.
///
/// Errors: kNotFound and kPermissionDenied (cannot be started), kDeadlineExceeded, kCancelled,
///         kLimitExceeded (wrote more than it may).
/// Threads: safe.
Result<ChildResult> RunChild(const ChildCommand& command,
                             SteadyTime deadline,
                             const std::stop_token& stop);

}  // namespace sidewatch::exec
