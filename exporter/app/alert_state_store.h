#pragma once

#include <map>
#include <string>
#include <string_view>

#include "alerts/rules/rule_state.h"
#include "exporter/state/alert_states.h"

namespace sidewatch::app {

/// Keeps the alert states of the rules in state.db.
class AlertStateStore final : public alerts::rules::StateStore {
 public:
  /// `database` outlives it.
  explicit AlertStateStore(state::Database& database) : states_(database) {}

  Result<std::map<std::string, std::string, std::less<>>> LoadAll() override {
    return states_.LoadAll();
  }

  Status Save(std::string_view group_key, std::string_view bytes) override {
    return states_.Save(group_key, bytes);
  }

  Status Delete(std::string_view group_key) override { return states_.Delete(group_key); }

 private:
  state::AlertStates states_;
};

}  // namespace sidewatch::app
