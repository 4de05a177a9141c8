#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::scrape {

/// What a collector remembers over a restart: log offsets, verdicts, totals.
///
/// Shape: one name space a kind of collector; keys and bytes are the collector's own.
/// Errors: the disk is full, read-only or damaged; the collector goes on with what it has in
/// memory. Threads: safe.
class Memory {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;

  virtual Result<Values> LoadAll(std::string_view name_space) = 0;

  /// Sets or replaces all of `values` in one transaction: after a crash all of them are there, or
  /// none.
  virtual Status SaveAll(std::string_view name_space, const Values& values) = 0;

  virtual Status Delete(std::string_view name_space, std::string_view key) = 0;
};

}  // namespace sidewatch::scrape
