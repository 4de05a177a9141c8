#include "exporter/app/check.h"

#include <algorithm>

#include "alerts/rules/rule_group.h"
#include "alerts/rules/rule_query.h"

namespace sidewatch::app {
namespace {

using alerts::rules::ActiveAlert;
using alerts::rules::GroupConfig;
using alerts::rules::GroupDeps;
using alerts::rules::GroupView;
using alerts::rules::RuleHealth;
using alerts::rules::RuleView;

constexpr auto kLook = std::chrono::milliseconds(20);
constexpr auto kProgress = std::chrono::seconds(1);
constexpr char kExternalUrl[] = "http://localhost:9847";

std::vector<std::string> NotTried(const scrape::ScrapeManager& scrapes) {
  std::vector<std::string> names;
  for (const scrape::TargetStatus& target : scrapes.Statuses()) {
    if (target.last == nullptr) {
      names.push_back(target.config.kind + "/" + target.config.name);
    }
  }
  return names;
}

void AddAlerts(const RuleView& rule, CheckReport& report) {
  for (const ActiveAlert& alert : rule.alerts) {
    report.alerts.push_back({.name = rule.config.name,
                             .severity = std::string(alert.labels.Get("severity")),
                             .labels = alert.labels,
                             .summary = std::string(alert.annotations.Get("summary")),
                             .hold = rule.config.hold});
  }
}

void AddGroup(const GroupView& group, CheckReport& report) {
  for (const RuleView& rule : group.rules) {
    ++report.rules;
    if (rule.health == RuleHealth::kError) {
      report.broken.push_back({.name = rule.config.name, .error = rule.last_error});
    }
    AddAlerts(rule, report);
  }
}

}  // namespace

Result<std::unique_ptr<CheckSession>> CheckSession::Create(const std::string& config_file,
                                                           const Clock& clock) {
  config::Diagnostics diagnostics;
  LoadedConfig loaded = LoadConfig(
      config_file,
      {.clock = clock, .log = {}, .parser = {}, .external_url = kExternalUrl, .memory = nullptr},
      diagnostics);
  SW_TRY(diagnostics.ToStatus());
  // NOLINTNEXTLINE: the constructor is private
  return std::unique_ptr<CheckSession>(new CheckSession(clock, std::move(loaded)));
}

CheckSession::CheckSession(const Clock& clock, LoadedConfig loaded)
    : clock_(clock),
      loaded_(std::move(loaded)),
      metrics_(*registry_),
      head_(
          {.max_series = static_cast<std::size_t>(loaded_.app.storage.max_series)}, clock, nullptr),
      engine_({.default_subquery_step = loaded_.app.global.evaluation_interval}, clock),
      scrapes_({.clock = clock, .log = {}, .store = head_, .metrics = metrics_}) {}

void CheckSession::Collect(const std::function<void(const std::vector<std::string>&)>& progress) {
  scrapes_.Apply(std::move(loaded_.targets));
  Waker nobody;
  SteadyTime next_progress = clock_.Steady() + kProgress;
  // A target that hangs is given up by the manager at its deadline, so this ends.
  while (!scrapes_.AllTriedOnce()) {
    nobody.WaitUntil({}, clock_.Steady() + kLook);
    if (clock_.Steady() >= next_progress) {
      next_progress += kProgress;
      progress(NotTried(scrapes_));
    }
  }
}

void CheckSession::Evaluate(CheckReport& report) {
  const GroupDeps deps{
      .clock = clock_,
      .log = {},
      .query = [this](const alerts::rules::Query& query,
                      TimePoint at) { return QueryForRule(engine_, head_, query, at, {}); },
      .notify = {},
      .appendable = head_,
      .store = nullptr,
      .external_url = kExternalUrl,
      .default_interval = loaded_.app.global.evaluation_interval};
  for (GroupConfig config : loaded_.groups) {
    config.query_offset = Duration(0);  // There is nothing yet where it would look.
    alerts::rules::RuleGroup group(std::move(config), deps);
    group.Evaluate(report.at);
    AddGroup(group.View(), report);
  }
}

CheckReport CheckSession::Run(
    const std::function<void(const std::vector<std::string>&)>& progress) {
  const SteadyTime begin = clock_.Steady();
  CheckReport report;
  Collect(progress);
  report.at = clock_.Now();
  report.targets = scrapes_.Statuses();
  Evaluate(report);
  report.seconds = std::chrono::duration<double>(clock_.Steady() - begin).count();
  return report;
}

}  // namespace sidewatch::app
