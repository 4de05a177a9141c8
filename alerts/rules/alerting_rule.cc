#include "alerts/rules/alerting_rule.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_set>

#include <fmt/format.h>

#include "alerts/rules/missing_data.h"
#include "alerts/template/html_escaper.h"

namespace sidewatch::alerts::rules {
namespace {

using templates::Value;

/// How long a resolved alert is remembered, as in Prometheus.
constexpr Duration kResolvedRetention = std::chrono::minutes(15);
/// An alert that is not repeated ends by itself after so many resend periods.
constexpr int kValidPeriods = 4;
constexpr std::string_view kAlertStateLabel = "alertstate";

LabelSet MetricLabels(const ActiveAlert& alert, std::string_view metric, AlertState state) {
  LabelSetBuilder labels(alert.labels);
  labels.Set(kMetricName, metric);
  if (metric == kAlertsMetric) {
    labels.Set(kAlertStateLabel, AlertStateName(state));
  }
  return labels.Build();
}

bool EndIsDue(const ActiveAlert& alert) {
  return alert.resolved_at && (!alert.last_sent_at || *alert.resolved_at > *alert.last_sent_at);
}

/// The clock was set back: nothing was or begins later than now, and what was said is said again.
void BringBefore(ActiveAlert& alert, TimePoint now) {
  alert.active_at = std::min(alert.active_at, now);
  for (std::optional<TimePoint>* const time :
       {&alert.fired_at, &alert.keep_firing_since, &alert.resolved_at, &alert.missing_since}) {
    if (*time && **time > now) {
      *time = now;
    }
  }
  if (alert.last_sent_at && *alert.last_sent_at > now) {
    alert.last_sent_at.reset();
  }
}

/// The environment of a run of templates: `query` evaluates at the time of the evaluation.
templates::Environment EnvironmentOf(const EvaluationContext& context) {
  return {.query = [&context](const std::string& expression) -> Result<Value> {
            SW_TRY_ASSIGN(promql::ExprPtr expr, promql::Parse(expression, {}));
            const Query query{.text = expression, .expr = std::move(expr)};
            SW_TRY_ASSIGN(const std::vector<RuleSample> samples,
                          context.query(query, context.at - context.offset));
            std::vector<Value> values;
            values.reserve(samples.size());
            for (const RuleSample& sample : samples) {
              values.push_back(templates::MakeSample(sample.labels, Value::Float(sample.value)));
            }
            return templates::MakeSampleList(std::move(values));
          },
          .now = context.at,
          .external_url = context.external_url};
}

}  // namespace

std::string_view AlertStateName(AlertState state) {
  constexpr std::array<std::string_view, 3> kNames = {"inactive", "pending", "firing"};
  return kNames[static_cast<std::size_t>(state)];
}

AlertingRule::AlertingRule(RuleConfig config)
    : Rule(std::move(config)),
      labels_(this->config().name, this->config().labels),
      annotations_(this->config().name, this->config().annotations) {}

/// The alerts that the expression's result stands for, all pending since now.
Result<AlertingRule::AlertMap> AlertingRule::Seen(const EvaluationContext& context) {
  SW_TRY_ASSIGN(const std::vector<RuleSample> samples,
                context.query(config().query, context.at - context.offset));
  if (samples.empty()) {
    labels_.Forget();
    annotations_.Forget();
  }
  const templates::Environment environment = EnvironmentOf(context);
  AlertMap seen;
  for (const RuleSample& sample : samples) {
    const Value data = templates::MakeAlertData({.labels = sample.labels,
                                                 .external_labels = context.external_labels,
                                                 .external_url = context.external_url,
                                                 .value = Value::Float(sample.value)});
    LabelSetBuilder labels(sample.labels);
    labels.Remove(kMetricName);
    for (const auto& [name, value] : labels_.Expand(data, environment)) {
      labels.Set(name, value);
    }
    labels.Set(kAlertName, config().name);
    ActiveAlert alert{.state = AlertState::kPending,
                      .labels = labels.Build(),
                      .annotations = LabelSet::FromPairs(annotations_.Expand(data, environment)),
                      .value = sample.value,
                      .active_at = context.at};
    const LabelSet key = alert.labels;
    if (!seen.emplace(key, std::move(alert)).second) {
      return Fail(ErrorCode::kInvalidArgument,
                  "vector contains metrics with the same labelset after applying alert labels");
    }
  }
  return seen;
}

/// Known alerts get the new value and annotations; new and resolved ones begin as pending.
void AlertingRule::MergeSeen(AlertMap&& seen) {
  for (auto& [labels, fresh] : seen) {
    const auto known = alerts_.find(labels);
    if (known == alerts_.end()) {
      alerts_.emplace(labels, std::move(fresh));
    } else if (known->second.state == AlertState::kInactive) {
      known->second = std::move(fresh);
    } else {
      known->second.value = fresh.value;
      known->second.annotations = std::move(fresh.annotations);
      known->second.keep_firing_since.reset();
      known->second.missing_since.reset();
    }
  }
}

/// The active alerts that are not among `seen` because their data is missing, and why.
Result<std::unordered_map<LabelSet, std::string, LabelSetHash>> AlertingRule::Missing(
    const AlertMap& seen, const EvaluationContext& context) const {
  std::unordered_map<LabelSet, std::string, LabelSetHash> missing;
  if (context.on_missing == OnMissing::kResolve) {
    return missing;
  }
  for (const auto& [labels, alert] : alerts_) {
    if (alert.state == AlertState::kInactive || seen.find(labels) != seen.end()) {
      continue;
    }
    SW_TRY_ASSIGN(std::string reason, context.down->Behind(alert, *config().query.expr));
    if (!reason.empty()) {
      missing.emplace(labels, std::move(reason));
    }
  }
  return missing;
}

/// Steps an alert whose condition holds.
void AlertingRule::StepActive(ActiveAlert& alert, TimePoint at) const {
  if (alert.state == AlertState::kPending && at - alert.active_at >= config().hold) {
    alert.state = AlertState::kFiring;
    alert.fired_at = at;
  }
}

/// Steps an alert that nothing can be said about, because of `reason`.
void AlertingRule::StepMissing(ActiveAlert& alert,
                               const std::string& reason,
                               const EvaluationContext& context) const {
  MarkMissing(alert, reason, context.at);
  if (context.on_missing == OnMissing::kFire) {
    StepActive(alert, context.at);
  }
}

/// Steps an alert whose condition does not hold any more. True: it is to be forgotten.
bool AlertingRule::StepGone(ActiveAlert& alert, TimePoint at) const {
  if (alert.state == AlertState::kPending) {
    return true;
  }
  if (alert.state == AlertState::kInactive) {
    // After a long absence its end may not have been handed over yet.
    return alert.resolved_at && at - *alert.resolved_at > kResolvedRetention && !EndIsDue(alert);
  }
  UnmarkMissing(alert);
  if (config().keep_firing > Duration(0)) {
    if (!alert.keep_firing_since) {
      alert.keep_firing_since = at;
    }
    if (at - *alert.keep_firing_since < config().keep_firing) {
      return false;
    }
  }
  alert.state = AlertState::kInactive;
  alert.resolved_at = at;
  return false;
}

Result<std::vector<RuleSample>> AlertingRule::Evaluate(const EvaluationContext& context) {
  for (auto& [labels, alert] : alerts_) {
    BringBefore(alert, context.at);
  }
  SW_TRY_ASSIGN(AlertMap seen, Seen(context));
  SW_TRY_ASSIGN(const auto missing, Missing(seen, context));
  std::unordered_set<LabelSet, LabelSetHash> present;
  for (const auto& [labels, alert] : seen) {
    present.insert(labels);
  }
  const AlertMap before = context.limit > 0 ? alerts_ : AlertMap();
  MergeSeen(std::move(seen));
  for (auto entry = alerts_.begin(); entry != alerts_.end();) {
    const auto reason = missing.find(entry->first);
    bool forgotten = false;
    if (reason != missing.end()) {
      StepMissing(entry->second, reason->second, context);
    } else if (present.contains(entry->first)) {
      StepActive(entry->second, context.at);
    } else {
      forgotten = StepGone(entry->second, context.at);
    }
    entry = forgotten ? alerts_.erase(entry) : std::next(entry);
  }
  const auto active = std::ranges::count_if(
      alerts_, [](const auto& entry) { return entry.second.state != AlertState::kInactive; });
  if (context.limit > 0 && active > context.limit) {
    // What fired before goes on as it was: too many alerts must not resolve those already told.
    alerts_ = before;
    return Fail(
        ErrorCode::kLimitExceeded, "exceeded limit of {} with {} alerts", context.limit, active);
  }
  return Series(context.at);
}

std::vector<RuleSample> AlertingRule::Series(TimePoint /*at*/) const {
  std::vector<RuleSample> series;
  for (const auto& [labels, alert] : alerts_) {
    if (alert.state == AlertState::kInactive) {
      continue;
    }
    series.push_back({MetricLabels(alert, kAlertsMetric, alert.state), 1});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(alert.active_at);
    series.push_back({MetricLabels(alert, kForStateMetric, alert.state),
                      static_cast<double>(seconds.time_since_epoch().count())});
  }
  return series;
}

std::vector<Alert> AlertingRule::TakeDue(TimePoint at,
                                         const SendTiming& timing,
                                         const std::string& external_url) {
  std::vector<Alert> due;
  const Duration valid = kValidPeriods * std::max(timing.interval, timing.resend_delay);
  for (auto& [labels, alert] : alerts_) {
    const bool again = !alert.last_sent_at || *alert.last_sent_at + timing.resend_delay < at;
    if (alert.state == AlertState::kPending || !(EndIsDue(alert) || again)) {
      continue;
    }
    alert.last_sent_at = at;
    due.push_back({.labels = alert.labels,
                   .annotations = alert.annotations,
                   .starts_at = alert.fired_at.value_or(alert.active_at),
                   .ends_at = alert.resolved_at.value_or(at + valid),
                   .updated_at = at,
                   .generator_url = fmt::format("{}/graph?g0.expr={}&g0.tab=1",
                                                external_url,
                                                templates::EscapeQuery(config().query.text))});
  }
  std::ranges::sort(due, {}, &Alert::labels);
  return due;
}

AlertState AlertingRule::state() const {
  AlertState worst = AlertState::kInactive;
  for (const auto& [labels, alert] : alerts_) {
    worst = std::max(worst, alert.state);
  }
  return worst;
}

}  // namespace sidewatch::alerts::rules
