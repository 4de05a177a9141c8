#pragma once

#include <stop_token>
#include <vector>

#include "alerts/rules/rule.h"
#include "exporter/base/result.h"
#include "exporter/promql/engine.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::alerts::rules {

/// Evaluates a rule's expression at one time; a scalar is one sample without labels. Errors: those
/// of the engine; kInvalidArgument for a result that no rule can use.
Result<std::vector<RuleSample>> QueryForRule(const promql::Engine& engine,
                                             const storage::Queryable& storage,
                                             const Query& query,
                                             TimePoint at,
                                             const std::stop_token& stop);

}  // namespace sidewatch::alerts::rules
