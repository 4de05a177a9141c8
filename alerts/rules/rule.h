#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::rules {

/// One series' value, as an instant query gives it and as a rule writes it.
struct RuleSample {
  LabelSet labels;
  double value = 0;
};

/// What alerting rules write, beside recording rules' own names.
inline constexpr std::string_view kAlertsMetric = "ALERTS";
inline constexpr std::string_view kForStateMetric = "ALERTS_FOR_STATE";

/// The metrics that the rules of `groups` write.
std::set<std::string, std::less<>> WrittenBy(std::span<const GroupConfig> groups);

/// Evaluates an expression at one time. A scalar is one sample without labels. Errors: any; the
/// rule then keeps its state. Threads: safe.
using QueryFunc = std::function<Result<std::vector<RuleSample>>(const Query& query, TimePoint at)>;

class DownTargets;

/// What an evaluation is given.
struct EvaluationContext {
  TimePoint at;        ///< The time of the evaluation.
  Duration offset{0};  ///< Queries look so far back, and samples are written there.
  int limit = 0;
  const QueryFunc& query;
  const LabelSet& external_labels;
  const std::string& external_url;
  OnMissing on_missing = OnMissing::kResolve;
  DownTargets* down = nullptr;  ///< Only null with OnMissing::kResolve.
};

/// One rule at work.
class Rule {
 public:
  explicit Rule(RuleConfig config) : config_(std::move(config)) {}

  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;
  virtual ~Rule() = default;

  const RuleConfig& config() const { return config_; }

  /// What stays the same as long as the rule asks the same question: kind, name, expression,
  /// labels.
  std::string Identity() const;

  /// Evaluates once and returns the series to be written.
  ///
  /// Errors: those of the query, `vector contains metrics with the same labelset after applying …
  ///         labels`, `exceeded limit of …`.
  virtual Result<std::vector<RuleSample>> Evaluate(const EvaluationContext& context) = 0;

 private:
  RuleConfig config_;
};

/// Writes the result of an expression as series of another name.
class RecordingRule final : public Rule {
 public:
  using Rule::Rule;

  Result<std::vector<RuleSample>> Evaluate(const EvaluationContext& context) override;
};

}  // namespace sidewatch::alerts::rules
