#include "alerts/rules/rule_metrics.h"

#include <array>
#include <string_view>

#include "exporter/model/register_row.h"

namespace sidewatch::alerts::rules {
namespace {

constexpr std::string_view kGroupLabel[] = {"rule_group"};

constexpr std::array kRows = {
    MetricDescriptor{.name = "sidewatch_rule_evaluations_total",
                     .type = MetricType::kCounter,
                     .labels = kGroupLabel,
                     .help = "Rules evaluated, also those that failed.",
                     .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_evaluation_failures_total",
                     .type = MetricType::kCounter,
                     .labels = kGroupLabel,
                     .help = "Evaluations of rules that failed.",
                     .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_group_iterations_total",
                     .type = MetricType::kCounter,
                     .labels = kGroupLabel,
                     .help = "Evaluations of rule groups that were due, also those missed.",
                     .source = "the rule group"},
    MetricDescriptor{
        .name = "sidewatch_rule_group_iterations_missed_total",
        .type = MetricType::kCounter,
        .labels = kGroupLabel,
        .help = "Evaluations of rule groups left out because the one before took too long.",
        .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_group_duration_seconds",
                     .type = MetricType::kHistogram,
                     .labels = kGroupLabel,
                     .help = "How long the evaluations of a rule group took.",
                     .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_group_last_duration_seconds",
                     .labels = kGroupLabel,
                     .help = "How long the last evaluation of a rule group took.",
                     .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_group_last_evaluation_timestamp_seconds",
                     .labels = kGroupLabel,
                     .help = "When a rule group was last evaluated.",
                     .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_group_rules",
                     .labels = kGroupLabel,
                     .help = "Rules of a group.",
                     .source = "the rule group"},
    MetricDescriptor{.name = "sidewatch_rule_group_interval_seconds",
                     .labels = kGroupLabel,
                     .help = "Time between two evaluations of a rule group.",
                     .source = "the rule group"},
};
static_assert(DescriptorsAreSound(kRows));

enum Row : std::size_t {
  kEvaluations,
  kFailures,
  kIterations,
  kMissed,
  kDuration,
  kLastDuration,
  kLastEvaluation,
  kRules,
  kInterval
};

}  // namespace

std::span<const MetricDescriptor> RuleMetrics::Rows() {
  return kRows;
}

RuleMetrics::RuleMetrics(prometheus::Registry& registry)
    : evaluations_(RegisterRow(prometheus::BuildCounter(), kRows[kEvaluations], registry)),
      failures_(RegisterRow(prometheus::BuildCounter(), kRows[kFailures], registry)),
      iterations_(RegisterRow(prometheus::BuildCounter(), kRows[kIterations], registry)),
      missed_(RegisterRow(prometheus::BuildCounter(), kRows[kMissed], registry)),
      duration_(RegisterRow(prometheus::BuildHistogram(), kRows[kDuration], registry)),
      last_duration_(RegisterRow(prometheus::BuildGauge(), kRows[kLastDuration], registry)),
      last_evaluation_(RegisterRow(prometheus::BuildGauge(), kRows[kLastEvaluation], registry)),
      rules_(RegisterRow(prometheus::BuildGauge(), kRows[kRules], registry)),
      interval_(RegisterRow(prometheus::BuildGauge(), kRows[kInterval], registry)) {}

GroupMetrics RuleMetrics::Add(const std::string& group_key) {
  const prometheus::Labels labels = {{"rule_group", group_key}};
  return {
      .evaluations = &evaluations_.Add(labels),
      .failures = &failures_.Add(labels),
      .iterations = &iterations_.Add(labels),
      .missed = &missed_.Add(labels),
      .duration = &duration_.Add(
          labels, prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30}),
      .last_duration = &last_duration_.Add(labels),
      .last_evaluation = &last_evaluation_.Add(labels),
      .rules = &rules_.Add(labels),
      .interval = &interval_.Add(labels)};
}

void RuleMetrics::Remove(const GroupMetrics& metrics) {
  evaluations_.Remove(metrics.evaluations);
  failures_.Remove(metrics.failures);
  iterations_.Remove(metrics.iterations);
  missed_.Remove(metrics.missed);
  duration_.Remove(metrics.duration);
  last_duration_.Remove(metrics.last_duration);
  last_evaluation_.Remove(metrics.last_evaluation);
  rules_.Remove(metrics.rules);
  interval_.Remove(metrics.interval);
}

}  // namespace sidewatch::alerts::rules
