#include "alerts/rules/rule_query.h"

#include <utility>
#include <variant>

namespace sidewatch::alerts::rules {

Result<std::vector<RuleSample>> QueryForRule(const promql::Engine& engine,
                                             const storage::Queryable& storage,
                                             const Query& query,
                                             TimePoint at,
                                             const std::stop_token& stop) {
  SW_TRY_ASSIGN(promql::QueryResult result,
                engine.Instant(storage, promql::PreparedQuery(query.text, query.expr), at, stop));
  std::vector<RuleSample> samples;
  if (auto* vector = std::get_if<promql::VectorValue>(&result.value)) {
    for (promql::VectorSample& sample : *vector) {
      samples.push_back({.labels = std::move(sample.labels), .value = sample.value});
    }
    return samples;
  }
  if (const auto* scalar = std::get_if<promql::ScalarValue>(&result.value)) {
    samples.push_back({.labels = {}, .value = scalar->value});
    return samples;
  }
  return Fail(ErrorCode::kInvalidArgument, "rule result is not a vector or scalar");
}

}  // namespace sidewatch::alerts::rules
