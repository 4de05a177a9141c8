#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "alerts/rules/alerting_rule.h"
#include "alerts/rules/rule.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::rules {

/// Says in an alert that its data is missing, in annotations of its own and in `summary`.
inline constexpr std::string_view kMissingDataAnnotation = "missing_data";

/// The targets that are down at one evaluation: those whose `up` is 0.
class DownTargets {
 public:
  DownTargets(const QueryFunc& query, TimePoint at) : query_(query), at_(at) {}

  /// Asks the store, the first time. Errors: those of the query.
  Status Load();

  /// A down target that an alert with `labels` may be about: of `job` and `instance` the alert has
  /// at least one, and each that it has is the target's. Null: there is none. Load() came before.
  const LabelSet* Of(const LabelSet& labels) const;

 private:
  const QueryFunc& query_;
  TimePoint at_;
  bool loaded_ = false;
  std::vector<LabelSet> down_;
};

/// Marks an alert whose data is missing since `at` because `target` is down.
void MarkMissing(ActiveAlert& alert, const LabelSet& target, TimePoint at);

/// Takes the mark back, if there is one.
void UnmarkMissing(ActiveAlert& alert);

}  // namespace sidewatch::alerts::rules
