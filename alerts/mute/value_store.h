#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::alerts {

/// Keeps silences, acknowledgements and the like over restarts, as bytes by their ids. Threads:
/// safe.
class ValueStore {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  ValueStore() = default;
  ValueStore(const ValueStore&) = delete;
  ValueStore& operator=(const ValueStore&) = delete;
  virtual ~ValueStore() = default;

  virtual Result<Values> LoadAll() = 0;

  /// Sets or replaces all of `values` at once; durable when it returns.
  virtual Status SaveAll(const Values& values) = 0;
  virtual Status Delete(std::string_view id) = 0;
};

}  // namespace sidewatch::alerts
