#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/rules/alerting_rule.h"
#include "alerts/rules/readings.h"
#include "alerts/rules/rule.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::rules {

/// Says in an alert that its data is missing, in annotations of its own and in `summary`.
inline constexpr std::string_view kMissingDataAnnotation = "missing_data";

/// The targets that are down at one evaluation: those whose `up` is 0.
class DownTargets {
 public:
  /// As of `at`, by queries that look `offset` further back. `query` and `recorded` outlive it.
  DownTargets(const QueryFunc& query, const RecordedExprs& recorded, TimePoint at, Duration offset)
      : query_(query), recorded_(recorded), at_(at), offset_(offset) {}

  /// A down target that `alert`, whose element is gone from the result of `expr`, is about; null:
  /// there is none.
  ///
  /// With a label `job` or `instance` the alert is about the target that has what it has of these.
  /// Without both it is about those whose series `expr` read while the alert was active, and of
  /// which it reads none now. Errors: those of the queries.
  Result<const LabelSet*> Behind(const ActiveAlert& alert, const promql::Expr& expr);

 private:
  using Question = std::pair<std::string, TimePoint>;

  Status Load();
  const LabelSet* Named(const LabelSet& labels) const;
  Result<const LabelSet*> Read(const ActiveAlert& alert, const promql::Expr& expr);
  Result<const std::vector<LabelSet>*> Ask(std::string text, TimePoint at);

  const QueryFunc& query_;
  const RecordedExprs& recorded_;
  TimePoint at_;
  Duration offset_;
  bool loaded_ = false;
  std::vector<LabelSet> down_;
  std::map<Question, std::vector<LabelSet>> answers_;
};

/// Marks an alert whose data is missing since `at` because `target` is down.
void MarkMissing(ActiveAlert& alert, const LabelSet& target, TimePoint at);

/// Takes the mark back, if there is one.
void UnmarkMissing(ActiveAlert& alert);

}  // namespace sidewatch::alerts::rules
