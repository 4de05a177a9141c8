#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "alerts/model/alert.h"
#include "alerts/rules/alert_templates.h"
#include "alerts/rules/rule.h"

namespace sidewatch::alerts::rules {

enum class AlertState { kInactive, kPending, kFiring };

/// `inactive`, `pending`, `firing`.
std::string_view AlertStateName(AlertState state);

/// One alert of a rule, identified by its labels.
///
///   pending --(for has passed)--> firing --(condition gone, keep_firing_for has passed)-->
///   inactive
///
/// A pending alert whose condition goes is forgotten at once; an inactive one is known for 15
/// minutes more, so that its resolution can be sent again.
struct ActiveAlert {
  AlertState state = AlertState::kPending;
  LabelSet labels;
  LabelSet annotations = {};
  double value = 0;
  TimePoint active_at;                               ///< Since when the condition holds.
  std::optional<TimePoint> fired_at = std::nullopt;  ///< Since when it fires.
  std::optional<TimePoint> keep_firing_since = std::nullopt;
  std::optional<TimePoint> resolved_at = std::nullopt;
  std::optional<TimePoint> last_sent_at = std::nullopt;
  std::optional<TimePoint> missing_since = std::nullopt;  ///< Held: its target is down.
};

/// When alerts are sent again, and until when they count as firing if nothing more is heard.
struct SendTiming {
  Duration resend_delay = std::chrono::minutes(1);
  Duration interval{0};  ///< Of the group.
};

/// Raises alerts for the series of an expression's result.
class AlertingRule final : public Rule {
 public:
  using AlertMap = std::unordered_map<LabelSet, ActiveAlert, LabelSetHash>;

  explicit AlertingRule(RuleConfig config);

  /// Steps the state of every alert and returns ALERTS and ALERTS_FOR_STATE.
  Result<std::vector<RuleSample>> Evaluate(const EvaluationContext& context) override;

  /// The alerts that are due to be sent at `at`, which then counts as their last sending. The
  /// expression's graph under `external_url` is their generator.
  std::vector<Alert> TakeDue(TimePoint at,
                             const SendTiming& timing,
                             const std::string& external_url);

  const AlertMap& alerts() const { return alerts_; }

  /// Goes on with alerts of before. Those that are held back by a changed `for` stay as they are.
  void Restore(AlertMap alerts) { alerts_ = std::move(alerts); }

  /// The worst state among the alerts.
  AlertState state() const;

 private:
  Result<AlertMap> Seen(const EvaluationContext& context);
  void MergeSeen(AlertMap&& seen);
  Result<std::unordered_map<LabelSet, std::string, LabelSetHash>> Missing(
      const AlertMap& seen, const EvaluationContext& context) const;
  void StepActive(ActiveAlert& alert, TimePoint at) const;
  void StepMissing(ActiveAlert& alert,
                   const std::string& reason,
                   const EvaluationContext& context) const;
  bool StepGone(ActiveAlert& alert, TimePoint at) const;
  std::vector<RuleSample> Series(TimePoint at) const;

  AlertTemplates labels_;
  AlertTemplates annotations_;
  AlertMap alerts_;
};

}  // namespace sidewatch::alerts::rules
