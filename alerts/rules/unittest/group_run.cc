#include "alerts/rules/unittest/group_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alerts/rules/rule_query.h"
#include "alerts/rules/unittest/go_text.h"
#include "exporter/base/duration.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

/// The test says how many series there are; nothing else bounds them.
constexpr tsdb::HeadOptions kStoreOptions = {.max_series = 10'000'000};

void AddFiring(const std::vector<ActiveAlert>& alerts, std::vector<FiringAlert>& firing) {
  for (const ActiveAlert& alert : alerts) {
    if (alert.state == AlertState::kFiring) {
      firing.push_back({alert.labels, alert.annotations});
    }
  }
}

}  // namespace

GroupRun::GroupRun(const TestGroup& test,
                   const std::vector<GroupConfig>& groups,
                   const RunSettings& settings)
    : test_(test),
      settings_(settings),
      head_(kStoreOptions, clock_, nullptr),
      engine_({.parser = settings.parser, .default_subquery_step = settings.evaluation_interval},
              clock_),
      deps_{.clock = clock_,
            .log = {},
            .query = [this](const Query& query, TimePoint at) { return Ask(query, at); },
            .notify = {},
            .appendable = head_,
            .store = nullptr,
            .external_url = test.external_url,
            .default_interval = test.interval,
            // A plain Prometheus file must do as under promtool.
            .on_missing = OnMissing::kResolve} {
  for (GroupConfig config : groups) {
    config.external_labels = test.external_labels;
    groups_.push_back(std::make_unique<RuleGroup>(std::move(config), deps_));
  }
}

Result<std::vector<RuleSample>> GroupRun::Ask(const Query& query, TimePoint at) const {
  return QueryForRule(engine_, head_, query, at, {});
}

std::vector<std::string> GroupRun::Run() {
  for (const AlertCase& test : test_.alert_cases) {
    if (test.alertname.empty()) {
      return {
          fmt::format("an item under alert_rule_test misses required attribute alertname at "
                      "eval_time {}{}",
                      FormatDuration(test.eval_time),
                      test_.name.empty() ? "" : fmt::format(" (in TestGroup {})", test_.name))};
    }
  }
  Result<InputSamples> samples = InputSamples::Parse(test_);
  if (!samples) {
    return {samples.error().message};
  }
  std::vector<AlertCase> cases = test_.alert_cases;
  std::ranges::stable_sort(cases, {}, &AlertCase::eval_time);
  auto next = cases.begin();
  const TimePoint end = test_.start + test_.LastEvalTime();
  for (TimePoint at = test_.start; at <= end; at += settings_.evaluation_interval) {
    if (!Step(*samples, at)) {
      return std::move(errors_);
    }
    // A test between two evaluations sees what the former left.
    const Duration until = at + settings_.evaluation_interval - test_.start;
    for (; next != cases.end() && next->eval_time < until; ++next) {
      CheckAlerts(*next);
    }
  }
  for (const ExpressionCase& test : test_.expression_cases) {
    CheckExpression(test);
  }
  return std::move(errors_);
}

/// One evaluation of everything. False: a rule failed, and nothing after it counts.
bool GroupRun::Step(InputSamples& samples, TimePoint at) {
  if (const Status appended = samples.AppendUntil(at, head_); !appended) {
    errors_.push_back(appended.error().message);
    return false;
  }
  bool good = true;
  for (const auto& group : groups_) {
    if (group->Evaluate(at).failed > 0) {
      CollectRuleErrors(*group, at);
      good = false;
    }
  }
  return good;
}

void GroupRun::CollectRuleErrors(const RuleGroup& group, TimePoint at) {
  for (const RuleView& rule : group.View().rules) {
    if (rule.health == RuleHealth::kError) {
      errors_.push_back(fmt::format("    rule: {}, time: {}, err: {}",
                                    rule.config.name,
                                    GoDuration(at.time_since_epoch()),
                                    rule.last_error));
    }
  }
}

void GroupRun::CheckAlerts(const AlertCase& test) {
  std::vector<FiringAlert> firing;
  for (const auto& group : groups_) {
    for (const RuleView& rule : group->View().rules) {
      if (rule.config.kind == RuleKind::kAlerting && rule.config.name == test.alertname) {
        AddFiring(rule.alerts, firing);
      }
    }
  }
  if (auto wrong = CompareAlerts(test_.name, test, std::move(firing), settings_.report)) {
    errors_.push_back(*std::move(wrong));
  }
}

void GroupRun::CheckExpression(const ExpressionCase& test) {
  Result<promql::ExprPtr> expr = promql::Parse(test.expr, settings_.parser);
  if (!expr) {
    errors_.push_back(ExpressionError(test, expr.error().message));
    return;
  }
  auto got = Ask({.text = test.expr, .expr = *std::move(expr)}, test_.start + test.eval_time);
  if (!got) {
    errors_.push_back(ExpressionError(test, got.error().message));
    return;
  }
  if (auto wrong = CompareSamples(test, *std::move(got), settings_.precision)) {
    errors_.push_back(*std::move(wrong));
  }
}

}  // namespace sidewatch::alerts::rules::unittest
