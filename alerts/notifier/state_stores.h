#pragma once

#include <string_view>

#include "alerts/dispatch/dispatch_loop.h"
#include "alerts/mute/value_store.h"
#include "exporter/state/group_timers.h"
#include "exporter/state/key_values.h"

namespace sidewatch::alerts {

/// Keeps group timers in the state database, as Unix milliseconds in decimal. Lifetime: the
/// database outlives it.
class StateTimers final : public TimerStore {
 public:
  explicit StateTimers(state::Database& database) : table_(database) {}

  Result<GroupTimerMap> Load() override;
  Status Save(std::string_view group_id, TimePoint next_flush) override;
  Status Delete(std::string_view group_id) override;

 private:
  state::GroupTimers table_;
};

/// Keeps how far groups have been escalated in the state database. Lifetime: the database outlives
/// it.
class EscalationStore final : public ValueStore {
 public:
  explicit EscalationStore(state::Database& database) : table_(database, "escalations") {}

  Result<Values> LoadAll() override { return table_.LoadAll(); }

  Status SaveAll(const Values& values) override { return table_.SaveAll(values); }

  Status Delete(std::string_view id) override { return table_.Delete(id); }

 private:
  state::KeyValues table_;
};

}  // namespace sidewatch::alerts
