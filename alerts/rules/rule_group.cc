#include "alerts/rules/rule_group.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_set>

#include "exporter/model/sample.h"

namespace sidewatch::alerts::rules {
namespace {

/// The same in every run of the program: the times of evaluation must not move at a restart.
std::uint64_t StableHash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash;
}

double SecondsSince(SteadyTime start, SteadyTime end) {
  return std::chrono::duration<double>(end - start).count();
}

std::unique_ptr<Rule> MakeRule(const RuleConfig& config) {
  if (config.kind == RuleKind::kAlerting) {
    return std::make_unique<AlertingRule>(config);
  }
  return std::make_unique<RecordingRule>(config);
}

/// Alerts of an earlier run. Nobody here has been told of them yet, so all are due to be sent.
AlertingRule::AlertMap ByLabels(const std::vector<ActiveAlert>& alerts) {
  AlertingRule::AlertMap map;
  for (const ActiveAlert& alert : alerts) {
    map.emplace(alert.labels, alert).first->second.last_sent_at.reset();
  }
  return map;
}

std::vector<ActiveAlert> Sorted(const AlertingRule::AlertMap& map) {
  std::vector<ActiveAlert> alerts;
  for (const auto& [labels, alert] : map) {
    alerts.push_back(alert);
  }
  std::ranges::sort(alerts, {}, &ActiveAlert::labels);
  return alerts;
}

}  // namespace

std::string_view RuleHealthName(RuleHealth health) {
  constexpr std::array<std::string_view, 3> kNames = {"unknown", "ok", "err"};
  return kNames[static_cast<std::size_t>(health)];
}

RuleGroup::RuleGroup(GroupConfig config, const GroupDeps& deps)
    : config_(std::move(config)),
      deps_(deps),
      interval_(config_.interval > Duration(0) ? config_.interval : deps.default_interval) {
  for (const RuleConfig& rule : config_.rules) {
    Running running;
    running.rule = MakeRule(rule);
    if (rule.kind == RuleKind::kAlerting) {
      running.alerting = static_cast<AlertingRule*>(running.rule.get());
    }
    rules_.push_back(std::move(running));
  }
}

TimePoint RuleGroup::SlotAt(TimePoint now) const {
  const std::int64_t interval = interval_.count();
  const auto offset =
      static_cast<std::int64_t>(StableHash(config_.Key()) % static_cast<std::uint64_t>(interval));
  const std::int64_t moved = ToUnixMillis(now) - offset;
  const std::int64_t past = (moved % interval + interval) % interval;
  return now - Duration(past);
}

RuleGroup::Outcome RuleGroup::Evaluate(TimePoint at) {
  const SteadyTime start = deps_.clock.Steady();
  Outcome outcome;
  DownTargets down(
      deps_.query,
      deps_.recorded,
      {.at = at, .offset = config_.query_offset, .first_of_run = !last_evaluation_.has_value()});
  for (Running& running : rules_) {
    EvaluateRule(running, at, down, outcome);
  }
  if (!orphans_.empty()) {
    EndSeries(at - config_.query_offset);
  }
  // What was told and then forgotten by `kill -9` would never be told as ended.
  Save();
  Send(at);
  last_evaluation_ = at;
  evaluation_seconds_ = SecondsSince(start, deps_.clock.Steady());
  return outcome;
}

void RuleGroup::EvaluateRule(Running& running, TimePoint at, DownTargets& down, Outcome& outcome) {
  const SteadyTime start = deps_.clock.Steady();
  const EvaluationContext context{.at = at,
                                  .offset = config_.query_offset,
                                  .limit = config_.limit,
                                  .query = deps_.query,
                                  .external_labels = config_.external_labels,
                                  .external_url = deps_.external_url,
                                  .on_missing = config_.on_missing.value_or(deps_.on_missing),
                                  .down = &down};
  const Result<std::vector<RuleSample>> samples = running.rule->Evaluate(context);
  Status done;
  if (samples) {
    done = Write(running, *samples, at - config_.query_offset);
  } else {
    done = Fail(samples.error());
  }
  ++outcome.evaluated;
  running.last_evaluation = at;
  running.evaluation_seconds = SecondsSince(start, deps_.clock.Steady());
  running.health = done ? RuleHealth::kOk : RuleHealth::kError;
  if (done) {
    running.last_error.clear();
    return;
  }
  ++outcome.failed;
  // A rule that stays broken is told once, not at every turn.
  if (running.last_error != done.error().message) {
    deps_.log.Warn("rule evaluation failed",
                   {{"file", config_.file},
                    {"group", config_.name},
                    {"rule", running.rule->config().name},
                    {"error", done.error().message}});
  }
  running.last_error = done.error().message;
}

/// Writes the samples, and stale markers for the series of the last evaluation that are not there.
Status RuleGroup::Write(Running& running, const std::vector<RuleSample>& samples, TimePoint at) {
  const std::unique_ptr<storage::Appender> appender = deps_.appendable.NewAppender();
  std::unordered_set<LabelSet, LabelSetHash> present;
  Status first_error;
  const auto append = [&](const LabelSet& labels, double value) {
    const auto appended = appender->Append(labels, at, value);
    if (!appended && first_error) {
      first_error = FailWith("writing " + labels.ToString(), appended.error());
    }
  };
  for (const RuleSample& sample : samples) {
    append(sample.labels, sample.value);
    present.insert(sample.labels);
  }
  for (const LabelSet& labels : running.written) {
    if (present.find(labels) == present.end()) {
      append(labels, StaleNan());
    }
  }
  running.written.assign(present.begin(), present.end());
  SW_TRY(appender->Commit());
  return first_error;
}

/// Also of rules that failed: alerts that are not repeated would count as resolved.
void RuleGroup::Send(TimePoint at) {
  const SendTiming timing{.resend_delay = deps_.resend_delay, .interval = interval_};
  std::vector<Alert> due;
  for (Running& running : rules_) {
    if (running.alerting != nullptr) {
      std::ranges::move(running.alerting->TakeDue(at, timing, deps_.external_url),
                        std::back_inserter(due));
    }
  }
  if (!due.empty() && deps_.notify) {
    deps_.notify(due);
  }
}

std::vector<RuleState> RuleGroup::States() const {
  std::vector<RuleState> states;
  for (const Running& running : rules_) {
    if (running.alerting != nullptr && !running.alerting->alerts().empty()) {
      states.push_back({running.rule->Identity(), Sorted(running.alerting->alerts())});
    }
  }
  return states;
}

void RuleGroup::Save() {
  if (deps_.store == nullptr) {
    return;
  }
  const std::vector<RuleState> states = States();
  std::string lasting = EncodeState(states, StateDetail::kLasting);
  if (lasting == saved_) {
    return;
  }
  const std::string key = config_.Key();
  const Status saved = states.empty()
                           ? deps_.store->Delete(key)
                           : deps_.store->Save(key, EncodeState(states, StateDetail::kAll));
  if (saved) {
    saved_ = std::move(lasting);
  } else {
    deps_.log.Error("alert states are not saved; they would be lost in a restart",
                    {{"group", key}, {"error", saved.error().message}});
  }
}

void RuleGroup::TakeOver(RuleGroup& earlier) {
  for (Running& before : earlier.rules_) {
    const auto same = std::ranges::find_if(rules_, [&](const Running& running) {
      return running.health == RuleHealth::kUnknown && running.written.empty() &&
             running.rule->Identity() == before.rule->Identity();
    });
    if (same == rules_.end()) {
      orphans_.insert(orphans_.end(), before.written.begin(), before.written.end());
      continue;
    }
    same->health = before.health;
    same->last_error = before.last_error;
    same->last_evaluation = before.last_evaluation;
    same->evaluation_seconds = before.evaluation_seconds;
    same->written = before.written;
    if (same->alerting != nullptr) {
      same->alerting->Restore(before.alerting->alerts());
    }
  }
  orphans_.insert(orphans_.end(), earlier.orphans_.begin(), earlier.orphans_.end());
  saved_ = earlier.saved_;
  last_evaluation_ = earlier.last_evaluation_;
  evaluation_seconds_ = earlier.evaluation_seconds_;
}

void RuleGroup::Restore(const std::vector<RuleState>& states) {
  std::vector<bool> used(states.size());
  for (Running& running : rules_) {
    if (running.alerting == nullptr) {
      continue;
    }
    const std::string identity = running.rule->Identity();
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (!used[i] && states[i].identity == identity) {
        used[i] = true;
        running.alerting->Restore(ByLabels(states[i].alerts));
        break;
      }
    }
  }
  saved_ = EncodeState(states, StateDetail::kLasting);
}

void RuleGroup::EndSeries(TimePoint at) {
  std::unordered_set<LabelSet, LabelSetHash> alive;
  for (const Running& running : rules_) {
    alive.insert(running.written.begin(), running.written.end());
  }
  const std::unique_ptr<storage::Appender> appender = deps_.appendable.NewAppender();
  for (const LabelSet& labels : orphans_) {
    // Another rule may have begun to write the same series. A series that the store has dropped
    // needs no end.
    if (alive.find(labels) == alive.end() && !appender->Append(labels, at, StaleNan())) {
      continue;
    }
  }
  if (const Status committed = appender->Commit(); !committed) {
    deps_.log.Warn("series of removed rules were not ended",
                   {{"group", config_.Key()}, {"error", committed.error().message}});
  }
  orphans_.clear();
}

GroupView RuleGroup::View() const {
  GroupView view{.config = config_,
                 .interval = interval_,
                 .last_evaluation = last_evaluation_,
                 .evaluation_seconds = evaluation_seconds_,
                 .rules = {}};
  for (const Running& running : rules_) {
    RuleView rule{.config = running.rule->config(),
                  .health = running.health,
                  .last_error = running.last_error,
                  .last_evaluation = running.last_evaluation,
                  .evaluation_seconds = running.evaluation_seconds};
    if (running.alerting != nullptr) {
      rule.state = running.alerting->state();
      rule.alerts = Sorted(running.alerting->alerts());
      std::erase_if(rule.alerts,
                    [](const ActiveAlert& alert) { return alert.state == AlertState::kInactive; });
    }
    view.rules.push_back(std::move(rule));
  }
  return view;
}

}  // namespace sidewatch::alerts::rules
