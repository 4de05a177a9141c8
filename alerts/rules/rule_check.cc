#include "alerts/rules/rule_check.h"

#include <fmt/format.h>

#include "alerts/rules/alert_templates.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::rules {
namespace {

using Problems = std::vector<RuleProblem>;

bool IsLabelName(std::string_view name, const LoadOptions& options) {
  return name != kMetricName &&
         (options.classic_names ? IsClassicLabelName(name) : IsValidName(name));
}

void CheckKind(const RuleSource& source, Problems& problems) {
  if (!source.record.empty() && !source.alert.empty()) {
    problems.push_back({source.record_place + ": " + source.alert_place,
                        "only one of 'record' and 'alert' must be set"});
  }
  if (source.record.empty() && source.alert.empty()) {
    const std::string& place =
        source.record_place.empty() ? source.alert_place : source.record_place;
    problems.push_back(
        {place.empty() ? source.place : place, "one of 'record' or 'alert' must be set"});
  }
}

void CheckExpression(const RuleSource& source,
                     const LoadOptions& options,
                     RuleConfig& rule,
                     Problems& problems) {
  if (source.expr.empty()) {
    problems.push_back({source.expr_place.empty() ? source.place : source.expr_place,
                        "field 'expr' must be set in rule"});
    return;
  }
  Result<promql::ExprPtr> expr = promql::Parse(source.expr, options.parser);
  if (!expr) {
    problems.push_back({source.expr_place, "could not parse expression: " + expr.error().message});
    return;
  }
  rule.query = {.text = source.expr, .expr = *std::move(expr)};
}

void CheckRecording(const RuleSource& source, const LoadOptions& options, Problems& problems) {
  if (!source.annotations.empty()) {
    problems.push_back({source.record_place, "invalid field 'annotations' in recording rule"});
  }
  if (source.hold != Duration(0)) {
    problems.push_back({source.record_place, "invalid field 'for' in recording rule"});
  }
  if (source.keep_firing != Duration(0)) {
    problems.push_back({source.record_place, "invalid field 'keep_firing_for' in recording rule"});
  }
  const bool valid =
      options.classic_names ? IsClassicMetricName(source.record) : IsValidName(source.record);
  if (!valid) {
    problems.push_back({source.record_place, "invalid recording rule name: " + source.record});
  }
  // In UTF-8 names braces are allowed, but they nearly always are a selector in the wrong place.
  if (source.record.find_first_of("{}") != std::string::npos) {
    problems.push_back(
        {source.record_place,
         "braces present in the recording rule name; should it be in expr?: " + source.record});
  }
}

void CheckAnnotations(const RuleSource& source, const LoadOptions& options, Problems& problems) {
  for (const auto& [name, value] : source.annotations) {
    if (!(options.classic_names ? IsClassicLabelName(name) : IsValidName(name))) {
      problems.push_back({"", "invalid annotation name: " + name});
    }
  }
}

void CheckTemplates(const RuleSource& source, Problems& problems) {
  const auto check = [&](std::string_view what, const TextPairs& pairs) {
    for (const auto& [name, value] : pairs) {
      const Result<templates::Template> parsed = ParseAlertTemplate(source.alert, value);
      if (!parsed) {
        problems.push_back({"", fmt::format("{} \"{}\": {}", what, name, parsed.error().message)});
      }
    }
  };
  check("label", source.labels);
  check("annotation", source.annotations);
}

}  // namespace

std::vector<std::string> CheckLabels(const TextPairs& labels, const LoadOptions& options) {
  std::vector<std::string> problems;
  for (const auto& [name, value] : labels) {
    if (!IsLabelName(name, options)) {
      problems.push_back("invalid label name: " + name);
    }
    if (!IsValidUtf8(value)) {
      problems.push_back("invalid label value: " + value);
    }
  }
  return problems;
}

std::vector<RuleProblem> CheckRule(const RuleSource& source,
                                   const LoadOptions& options,
                                   RuleConfig& rule) {
  Problems problems;
  const bool recording = !source.record.empty();
  rule = RuleConfig{.kind = recording ? RuleKind::kRecording : RuleKind::kAlerting,
                    .name = recording ? source.record : source.alert,
                    .query = {},
                    .hold = source.hold,
                    .keep_firing = source.keep_firing,
                    .labels = source.labels,
                    .annotations = source.annotations};
  CheckKind(source, problems);
  CheckExpression(source, options, rule, problems);
  if (recording) {
    CheckRecording(source, options, problems);
  }
  for (std::string& problem : CheckLabels(source.labels, options)) {
    problems.push_back({"", std::move(problem)});
  }
  CheckAnnotations(source, options, problems);
  if (!recording) {
    CheckTemplates(source, problems);
  }
  return problems;
}

}  // namespace sidewatch::alerts::rules
