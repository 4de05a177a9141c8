#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"

namespace sidewatch::alerts::rules {

/// The fields of a rule as they were written, and where (`LINE:COL`).
struct RuleSource {
  std::string place;
  std::string record = {};
  std::string record_place = {};
  std::string alert = {};
  std::string alert_place = {};
  std::string expr = {};
  std::string expr_place = {};
  Duration hold{0};
  Duration keep_firing{0};
  TextPairs labels = {};
  TextPairs annotations = {};
};

struct RuleProblem {
  std::string place;  ///< Empty: the message says enough.
  std::string message;
};

/// Fills `rule` and returns all that is wrong with it.
std::vector<RuleProblem> CheckRule(const RuleSource& source,
                                   const LoadOptions& options,
                                   RuleConfig& rule);

/// What is wrong with the names and values of labels.
std::vector<std::string> CheckLabels(const TextPairs& labels, const LoadOptions& options);

}  // namespace sidewatch::alerts::rules
