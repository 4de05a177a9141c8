#pragma once

#include <chrono>
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

/// The targets that are down at one evaluation, those whose `up` is 0, and the broken parts of
/// those that are up: an endpoint that was not reached (`probe_success` 0), a part of a collector
/// that failed (`…_scrape_collector_success` 0), a server behind an exporter (`pg_up` 0), a
/// certificate's file that cannot be read (`x509_cert_error` 1).
class DownTargets {
 public:
  struct Options {
    TimePoint at;
    Duration offset{0};         ///< Queries look so far back.
    bool first_of_run = false;  ///< The other groups may not have been evaluated since the start.
  };

  /// `query` and `recorded` outlive it.
  DownTargets(const QueryFunc& query, const RecordedExprs& recorded, const Options& options)
      : query_(query), recorded_(recorded), options_(options) {}

  /// Why the data of `alert`, whose element is gone from the result of `expr`, is missing: a target
  /// is down, one of the above parts is broken, a range that `expr` reads holds less than two
  /// samples after a gap, or a rule has yet to record it after the start. Empty: it is not missing.
  ///
  /// With a label `job` or `instance` the alert is about the target that has what it has of these.
  /// Without both it is about those whose series `expr` read while the alert was active, and of
  /// which it reads none now. About a part only if that worked while the alert was active, and
  /// series of it that `expr` read then are gone; with a label `job` or `instance` also only if it
  /// names the part, where the part has a name. Errors: those of the queries.
  Result<std::string> Behind(const ActiveAlert& alert, const promql::Expr& expr);

 private:
  using Question = std::pair<std::string, TimePoint>;

  /// While the alert was active, in whole minutes, and when its data was last there.
  struct Look {
    TimePoint gone;
    std::chrono::minutes length;
  };

  Look LookOf(const ActiveAlert& alert) const;
  Result<std::string> TargetOf(const ActiveAlert& alert, const promql::Expr& expr);
  Result<std::string> PartOf(const ActiveAlert& alert, const promql::Expr& expr);
  Result<std::string> TooFew(const ActiveAlert& alert, const promql::Expr& expr);
  Result<std::string> NotRecorded(const ActiveAlert& alert, const promql::Expr& expr);
  Result<bool> Asserts(const std::string& text, TimePoint at);
  /// Whether `expr` read series of `down` that `alert` may be about, and reads none now.
  Result<bool> Lost(const ActiveAlert& alert, const promql::Expr& expr, const LabelSet& down);
  Result<const std::vector<LabelSet>*> Ask(std::string text, TimePoint at);

  const QueryFunc& query_;
  const RecordedExprs& recorded_;
  const Options options_;
  std::map<Question, std::vector<LabelSet>> answers_;
};

/// Marks an alert whose data is missing since `at` for the `reason` that Behind() gave.
void MarkMissing(ActiveAlert& alert, std::string_view reason, TimePoint at);

/// Takes the mark back, if there is one.
void UnmarkMissing(ActiveAlert& alert);

}  // namespace sidewatch::alerts::rules
