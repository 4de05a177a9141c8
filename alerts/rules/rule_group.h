#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerts/model/alert.h"
#include "alerts/rules/alerting_rule.h"
#include "alerts/rules/missing_data.h"
#include "alerts/rules/rule.h"
#include "alerts/rules/rule_file.h"
#include "alerts/rules/rule_state.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/storage/appender.h"

namespace sidewatch::alerts::rules {

/// Takes the alerts that are due to be sent. Must not block: no network. Threads: safe.
using NotifyFunc = std::function<void(std::span<const Alert> alerts)>;

enum class RuleHealth { kUnknown, kOk, kError };

/// `unknown`, `ok`, `err`.
std::string_view RuleHealthName(RuleHealth health);

/// One rule as it stands, for /api/v1/rules and the page.
struct RuleView {
  RuleConfig config;
  RuleHealth health = RuleHealth::kUnknown;
  std::string last_error = {};
  std::optional<TimePoint> last_evaluation = std::nullopt;
  double evaluation_seconds = 0;
  AlertState state = AlertState::kInactive;  ///< The worst of its alerts.
  std::vector<ActiveAlert> alerts = {};      ///< Pending and firing ones, by labels.
};

/// One group as it stands.
struct GroupView {
  GroupConfig config;
  Duration interval{0};
  std::optional<TimePoint> last_evaluation;
  double evaluation_seconds = 0;
  std::vector<RuleView> rules;
};

/// What groups work with. Lifetime: all that is referred to outlives them.
struct GroupDeps {
  const Clock& clock;
  Logger log;
  QueryFunc query;
  NotifyFunc notify;
  storage::Appendable& appendable;
  StateStore* store = nullptr;  ///< Null: states do not survive.
  std::string external_url;
  Duration default_interval = std::chrono::seconds(15);
  Duration resend_delay = std::chrono::minutes(1);
  OnMissing on_missing = OnMissing::kHold;  ///< Of groups that do not say it.
  RecordedExprs recorded = {};              ///< By all groups; changes only between evaluations.
};

/// Evaluates the rules of one group, in their order and all at the same time. One thread.
class RuleGroup {
 public:
  RuleGroup(GroupConfig config, const GroupDeps& deps);

  const GroupConfig& config() const { return config_; }

  Duration interval() const { return interval_; }

  /// The newest time at or before `now` at which this group is evaluated. Times lie one interval
  /// apart, moved by an offset that file and name give.
  TimePoint SlotAt(TimePoint now) const;

  /// What came of one evaluation.
  struct Outcome {
    std::size_t evaluated = 0;
    std::size_t failed = 0;
  };

  /// Evaluates all rules as of `at`, writes their series, ends the series of before that are gone,
  /// saves the state if it changed and then hands over the alerts that are due.
  Outcome Evaluate(TimePoint at);

  /// Takes over what an earlier group of the same file and name knows: the alerts of rules that are
  /// the same, and all written series, so that those of changed rules end.
  void TakeOver(RuleGroup& earlier);

  /// Goes on with states that were saved.
  void Restore(const std::vector<RuleState>& states);

  /// Ends every series that this group has written.
  void EndSeries(TimePoint at);

  GroupView View() const;

 private:
  struct Running {
    std::unique_ptr<Rule> rule;
    AlertingRule* alerting = nullptr;  ///< The same rule, if it is one.
    RuleHealth health = RuleHealth::kUnknown;
    std::string last_error;
    std::optional<TimePoint> last_evaluation;
    double evaluation_seconds = 0;
    std::vector<LabelSet> written;  ///< The series of the last evaluation.
  };

  void EvaluateRule(Running& running, TimePoint at, DownTargets& down, Outcome& outcome);
  Status Write(Running& running, const std::vector<RuleSample>& samples, TimePoint at);
  void Send(TimePoint at);
  void Save();
  std::vector<RuleState> States() const;

  GroupConfig config_;
  const GroupDeps& deps_;
  Duration interval_;
  std::vector<Running> rules_;
  std::vector<LabelSet> orphans_;  ///< Series of rules that are gone, to be ended.
  std::string saved_;              ///< What lasts of the state that was saved last.
  std::optional<TimePoint> last_evaluation_;
  double evaluation_seconds_ = 0;
};

}  // namespace sidewatch::alerts::rules
