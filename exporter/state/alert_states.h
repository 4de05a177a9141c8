#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/state/database.h"

namespace sidewatch::state {

/// The alert states of every rule group, as bytes that alerts/rules makes and reads.
///
/// Lifetime: `database` outlives it. Errors and threads: as Database.
class AlertStates {
 public:
  explicit AlertStates(Database& database) : database_(database) {}

  /// Group key to states.
  Result<std::map<std::string, std::string, std::less<>>> LoadAll();

  /// Replaces the states of a group as a whole.
  Status Save(std::string_view group_key, std::string_view states);

  Status Delete(std::string_view group_key);

 private:
  Database& database_;
};

}  // namespace sidewatch::state
