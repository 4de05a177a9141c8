#include "alerts/rules/rule.h"

#include <unordered_set>

namespace sidewatch::alerts::rules {

std::set<std::string, std::less<>> WrittenBy(std::span<const GroupConfig> groups) {
  std::set<std::string, std::less<>> names = {std::string(kAlertsMetric),
                                              std::string(kForStateMetric)};
  for (const GroupConfig& group : groups) {
    for (const RuleConfig& rule : group.rules) {
      if (rule.kind == RuleKind::kRecording) {
        names.insert(rule.name);
      }
    }
  }
  return names;
}

std::string Rule::Identity() const {
  std::string identity = config_.kind == RuleKind::kAlerting ? "alert" : "record";
  const auto add = [&](std::string_view text) {
    identity += '\xff';
    identity += text;
  };
  add(config_.name);
  add(config_.query.text);
  for (const auto& [name, value] : config_.labels) {
    add(name);
    add(value);
  }
  return identity;
}

Result<std::vector<RuleSample>> RecordingRule::Evaluate(const EvaluationContext& context) {
  SW_TRY_ASSIGN(std::vector<RuleSample> samples,
                context.query(config().query, context.at - context.offset));
  std::unordered_set<LabelSet, LabelSetHash> seen;
  for (RuleSample& sample : samples) {
    LabelSetBuilder labels(sample.labels);
    labels.Set(kMetricName, config().name);
    for (const auto& [name, value] : config().labels) {
      labels.Set(name, value);
    }
    sample.labels = labels.Build();
    if (!seen.insert(sample.labels).second) {
      return Fail(ErrorCode::kInvalidArgument,
                  "vector contains metrics with the same labelset after applying rule labels");
    }
  }
  if (context.limit > 0 && samples.size() > static_cast<std::size_t>(context.limit)) {
    return Fail(ErrorCode::kLimitExceeded,
                "exceeded limit of {} with {} series",
                context.limit,
                samples.size());
  }
  return samples;
}

}  // namespace sidewatch::alerts::rules
