#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alerts/rules/rule_group.h"
#include "alerts/rules/unittest/compare.h"
#include "alerts/rules/unittest/input_samples.h"
#include "alerts/rules/unittest/test_file.h"
#include "exporter/base/clock.h"
#include "exporter/promql/engine.h"
#include "exporter/tsdb/head.h"

namespace sidewatch::alerts::rules::unittest {

/// What all tests of a file share.
struct RunSettings {
  Duration evaluation_interval = std::chrono::minutes(1);
  Precision precision = Precision::kExact;
  Report report = Report::kExpectedAndGot;
  promql::ParserOptions parser;
};

/// Evaluates rules over the series of one test, in a store of its own, and compares.
class GroupRun {
 public:
  /// `groups` in the order of evaluation. Lifetime: `test` and `settings` outlive it.
  GroupRun(const TestGroup& test,
           const std::vector<GroupConfig>& groups,
           const RunSettings& settings);
  GroupRun(const GroupRun&) = delete;
  GroupRun& operator=(const GroupRun&) = delete;
  ~GroupRun() = default;

  /// All that fails, worded as promtool words it; empty: the test passes.
  std::vector<std::string> Run();

 private:
  bool Step(InputSamples& samples, TimePoint at);
  void CollectRuleErrors(const RuleGroup& group, TimePoint at);
  void CheckAlerts(const AlertCase& test);
  void CheckExpression(const ExpressionCase& test);
  Result<std::vector<RuleSample>> Ask(const Query& query, TimePoint at) const;

  const TestGroup& test_;
  const RunSettings& settings_;
  SystemClock clock_;
  tsdb::Head head_;
  promql::Engine engine_;
  GroupDeps deps_;
  std::vector<std::unique_ptr<RuleGroup>> groups_;
  std::vector<std::string> errors_;
};

}  // namespace sidewatch::alerts::rules::unittest
