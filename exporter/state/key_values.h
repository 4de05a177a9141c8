#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/state/database.h"

namespace sidewatch::state {

/// Small things that must survive a restart: log offsets, heartbeats, silences, acknowledgements.
/// One object a namespace (`log_offsets`, `silences`); the bytes are the caller's own.
///
/// Lifetime: `database` outlives it. Errors and threads: as Database.
class KeyValues {
 public:
  KeyValues(Database& database, std::string_view name_space)
      : database_(database), namespace_(name_space) {}

  /// Key to value.
  Result<std::map<std::string, std::string, std::less<>>> LoadAll();

  /// Sets or replaces.
  Status Save(std::string_view key, std::string_view value);

  /// Sets or replaces all of `values` at once.
  Status SaveAll(const std::map<std::string, std::string, std::less<>>& values);

  Status Delete(std::string_view key);

 private:
  Database& database_;
  std::string namespace_;
};

}  // namespace sidewatch::state
