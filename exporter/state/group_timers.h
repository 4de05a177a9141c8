#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/state/database.h"

namespace sidewatch::state {

/// When each dispatch group is flushed next, as bytes that alerts/dispatch makes and reads.
///
/// Lifetime: `database` outlives it. Errors and threads: as Database.
class GroupTimers {
 public:
  explicit GroupTimers(Database& database) : database_(database) {}

  /// Group key to timer.
  Result<std::map<std::string, std::string, std::less<>>> LoadAll();

  /// Sets or replaces the timer of a group.
  Status Save(std::string_view group_key, std::string_view timer);

  Status Delete(std::string_view group_key);

 private:
  Database& database_;
};

}  // namespace sidewatch::state
