#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/rules/alerting_rule.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::rules {

/// Where the states of rule groups survive a restart. exporter/state's AlertStates has this shape.
/// Threads: safe; groups are evaluated beside each other.
class StateStore {
 public:
  StateStore() = default;
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;
  virtual ~StateStore() = default;

  /// Group key to bytes, of all groups.
  virtual Result<std::map<std::string, std::string, std::less<>>> LoadAll() = 0;
  virtual Status Save(std::string_view group_key, std::string_view bytes) = 0;
  virtual Status Delete(std::string_view group_key) = 0;
};

/// The alerts of one rule, under the rule's Identity().
struct RuleState {
  std::string identity;
  std::vector<ActiveAlert> alerts;
};

enum class StateDetail {
  kAll,
  kLasting,  ///< Without values, annotations and times of sending, which change at every turn.
};

/// The bytes of a group's state, with a version in front, and back.
/// Errors: kInvalidArgument for bytes that are damaged or of another version.
std::string EncodeState(const std::vector<RuleState>& rules, StateDetail detail);
Result<std::vector<RuleState>> DecodeState(std::string_view bytes);

}  // namespace sidewatch::alerts::rules
