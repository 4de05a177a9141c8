#pragma once

#include <atomic>

#include "exporter/scrape/memory.h"
#include "exporter/state/database.h"

namespace sidewatch::app {

/// Keeps what collectors remember in state.db.
///
/// Collectors are made while the configuration is read, before the state is open: until Bind()
/// every call fails with kUnavailable. Threads: safe.
class CollectorMemory final : public scrape::Memory {
 public:
  /// `database` outlives the collectors.
  void Bind(state::Database& database) { database_ = &database; }

  Result<Values> LoadAll(std::string_view name_space) override;
  Status SaveAll(std::string_view name_space, const Values& values) override;
  Status Delete(std::string_view name_space, std::string_view key) override;

 private:
  Result<state::Database*> Bound() const;

  std::atomic<state::Database*> database_ = nullptr;
};

}  // namespace sidewatch::app
