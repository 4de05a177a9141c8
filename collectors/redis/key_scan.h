#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "collectors/redis/check_options.h"
#include "collectors/redis/check_run.h"

namespace sidewatch::redis {

/// What a SCAN found for one pattern.
struct Scanned {
  std::size_t count = 0;
  bool complete = false;      ///< False: the count is not of all keys.
  std::vector<KeySpec> keys;  ///< At most as many as were asked for.
};

/// Walks over all patterns at once: a round trip takes a step of each that is not done.
///
/// At most `most` keys are kept for all patterns together; with 0 they are only counted.
std::vector<Scanned> ScanKeys(std::span<const KeySpec> patterns, std::size_t most, CheckRun& run);

/// `check_keys` and the like: the single keys, and those that a pattern finds, each once.
std::vector<KeySpec> ExpandKeys(std::span<const KeySpec> single,
                                std::span<const KeySpec> patterns,
                                CheckRun& run);

}  // namespace sidewatch::redis
