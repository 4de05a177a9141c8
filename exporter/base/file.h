#pragma once

#include <cstddef>
#include <string>

#include "exporter/base/result.h"

namespace sidewatch {

/// All bytes of a file, or of a pipe until its end.
///
/// Errors: kPermissionDenied, kNotFound, kUnavailable (a folder, or the disk's error) in the
///         system's words; kLimitExceeded over `most` bytes.
/// Threads: safe. Cost: the file in memory.
Result<std::string> ReadFile(const std::string& path, std::size_t most = std::size_t{64} << 20U);

}  // namespace sidewatch
