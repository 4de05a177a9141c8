#include "alerts/rules/rule_metrics.h"

namespace sidewatch::alerts::rules {
namespace {

prometheus::Family<prometheus::Counter>& Counter(prometheus::Registry& registry,
                                                 const char* name,
                                                 const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<prometheus::Gauge>& Gauge(prometheus::Registry& registry,
                                             const char* name,
                                             const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

}  // namespace

RuleMetrics::RuleMetrics(prometheus::Registry& registry)
    : evaluations_(Counter(registry,
                           "sidewatch_rule_evaluations_total",
                           "Rules evaluated, also those that failed.")),
      failures_(Counter(registry,
                        "sidewatch_rule_evaluation_failures_total",
                        "Evaluations of rules that failed.")),
      iterations_(Counter(registry,
                          "sidewatch_rule_group_iterations_total",
                          "Evaluations of rule groups that were due, also those missed.")),
      missed_(Counter(registry,
                      "sidewatch_rule_group_iterations_missed_total",
                      "Evaluations of rule groups left out because the one before took too long.")),
      duration_(prometheus::BuildHistogram()
                    .Name("sidewatch_rule_group_duration_seconds")
                    .Help("How long the evaluations of a rule group took.")
                    .Register(registry)),
      last_duration_(Gauge(registry,
                           "sidewatch_rule_group_last_duration_seconds",
                           "How long the last evaluation of a rule group took.")),
      last_evaluation_(Gauge(registry,
                             "sidewatch_rule_group_last_evaluation_timestamp_seconds",
                             "When a rule group was last evaluated.")),
      rules_(Gauge(registry, "sidewatch_rule_group_rules", "Rules of a group.")),
      interval_(Gauge(registry,
                      "sidewatch_rule_group_interval_seconds",
                      "Time between two evaluations of a rule group.")) {}

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
