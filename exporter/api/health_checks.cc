// A check is a row: the kind of target that it stands for, and what else it looks at. A row without
// anything to look at is left out of the answer. What a row finds is the worst of
//   - its targets: some down is degraded, all down is unhealthy;
//   - the firing alerts of its targets' jobs, by their severity;
//   - a measure of its own.

#include "exporter/api/health_checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "exporter/api/health_numbers.h"

namespace sidewatch::api {
namespace {

using scrape::TargetStatus;

constexpr std::size_t kNamed = 3;  // As many are named in a message, the others are counted.

// A share that is left of a disk or of memory.
constexpr double kLittlePercent = 10;
constexpr double kTooLittlePercent = 5;

using Finding = std::optional<CheckResult>;

std::string NameSome(const std::vector<std::string>& all) {
  const std::size_t named = std::min(all.size(), kNamed);
  std::string text = fmt::format(
      "{}", fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(named), "; "));
  return all.size() > named ? fmt::format("{}; and {} more", text, all.size() - named) : text;
}

Health OfShare(double percent) {
  if (percent < kTooLittlePercent) {
    return Health::kUnhealthy;
  }
  return percent < kLittlePercent ? Health::kDegraded : Health::kHealthy;
}

Finding MeasureDisk(const HealthView& view) {
  const auto disk = FullestDisk(view.targets);
  if (!disk) {
    return std::nullopt;
  }
  return CheckResult{
      .name = {},
      .status = OfShare(disk->free_percent),
      .message = fmt::format("{} has {:.1f} % free", disk->mount_point, disk->free_percent)};
}

Finding MeasureMemory(const HealthView& view) {
  const auto percent = MemoryAvailablePercent(view.targets);
  if (!percent) {
    return std::nullopt;
  }
  return CheckResult{.name = {},
                     .status = OfShare(*percent),
                     .message = fmt::format("{:.1f} % is available", *percent)};
}

Finding MeasureHeartbeats(const HealthView& view) {
  std::vector<std::string> late;
  for (const MetricSample* sample : SamplesOf(view.targets, "heartbeats", "heartbeat_late")) {
    if (sample->value > 0) {
      late.push_back(fmt::format("{} is late", sample->labels.Get("name")));
    }
  }
  if (late.empty()) {
    return std::nullopt;
  }
  return CheckResult{.name = {}, .status = Health::kDegraded, .message = NameSome(late)};
}

Finding MeasureStorage(const HealthView& view) {
  if (view.storage_error.empty()) {
    return CheckResult{.name = {}, .message = "samples are durable"};
  }
  return CheckResult{.name = {},
                     .status = Health::kDegraded,
                     .message = "samples are in memory only: " + view.storage_error};
}

Finding MeasureNotifications(const HealthView& view) {
  const double stuck = StuckNotifications(view.targets);
  if (stuck == 0) {
    return CheckResult{.name = {}, .message = "nothing waits for a receiver that refuses"};
  }
  return CheckResult{.name = {},
                     .status = Health::kDegraded,
                     .message = fmt::format("{} wait for a receiver that refuses", stuck)};
}

Finding MeasureRules(const HealthView& view) {
  if (view.rules.rules == 0) {
    return std::nullopt;
  }
  if (view.rules.broken.empty()) {
    return CheckResult{.name = {}, .message = fmt::format("{} are evaluated", view.rules.rules)};
  }
  return CheckResult{
      .name = {}, .status = Health::kDegraded, .message = NameSome(view.rules.broken)};
}

/// What the alerts that `wanted` takes amount to. Nothing: none counts.
template <typename Wanted>
Finding FromAlerts(const std::vector<HealthAlert>& alerts, const Wanted& wanted) {
  std::vector<std::string> texts;
  CheckResult result;
  for (const HealthAlert& alert : alerts) {
    const Health health = HealthOfSeverity(alert.severity);
    if (health == Health::kHealthy || !wanted(alert)) {
      continue;
    }
    texts.push_back(alert.summary.empty() ? alert.name
                                          : fmt::format("{}: {}", alert.name, alert.summary));
    result.status = std::max(result.status, health);
    result.since = std::min(result.since.value_or(alert.since), alert.since);
  }
  if (texts.empty()) {
    return std::nullopt;
  }
  result.message = NameSome(texts);
  return result;
}

Finding MeasureAlerts(const HealthView& view) {
  if (view.rules.rules == 0) {
    return std::nullopt;
  }
  Finding firing = FromAlerts(view.rules.firing, [](const HealthAlert&) { return true; });
  return firing ? firing : CheckResult{.name = {}, .message = "no alert is firing"};
}

struct Check {
  std::string_view name;
  std::string_view kind = {};  ///< Of the targets that it stands for; empty: none.
  Finding (*measure)(const HealthView& view) = nullptr;
};

constexpr Check kChecks[] = {
    {.name = "database", .kind = "postgres"},
    {.name = "redis", .kind = "redis"},
    {.name = "host", .kind = "host"},
    {.name = "disk_space", .measure = &MeasureDisk},
    {.name = "memory", .measure = &MeasureMemory},
    {.name = "certificates", .kind = "certificates"},
    {.name = "backups", .kind = "backups"},
    {.name = "logs", .kind = "logs"},
    {.name = "probes", .kind = "probes"},
    {.name = "heartbeats", .kind = "heartbeats", .measure = &MeasureHeartbeats},
    {.name = "application", .kind = "application"},
    {.name = "notifications", .measure = &MeasureNotifications},
    {.name = "storage", .measure = &MeasureStorage},
    {.name = "rules", .measure = &MeasureRules},
    {.name = "alerts", .measure = &MeasureAlerts},
};

std::vector<const TargetStatus*> TargetsOfKind(const HealthView& view, std::string_view kind) {
  std::vector<const TargetStatus*> targets;
  for (const TargetStatus& target : view.targets) {
    if (!kind.empty() && target.config.kind == kind) {
      targets.push_back(&target);
    }
  }
  return targets;
}

/// What the last runs of `targets` amount to.
CheckResult FromTargets(const std::vector<const TargetStatus*>& targets) {
  CheckResult result;
  std::vector<std::string> down;
  std::size_t tried = 0;
  for (const TargetStatus* target : targets) {
    if (target->last == nullptr) {
      continue;
    }
    ++tried;
    const scrape::Snapshot& last = *target->last;
    result.last_run = std::max(result.last_run.value_or(last.at), last.at);
    if (last.error) {
      down.push_back(fmt::format("{}: {}", target->config.name, last.error->message));
      result.since = std::min(result.since.value_or(last.since), last.since);
    }
  }
  if (down.empty()) {
    result.status = tried == 0 ? Health::kDegraded : Health::kHealthy;
    result.message = tried == 0 ? std::string("not tried yet")
                                : fmt::format("{} of {} up", tried, targets.size());
    return result;
  }
  result.status = down.size() == targets.size() ? Health::kUnhealthy : Health::kDegraded;
  result.message = NameSome(down);
  return result;
}

/// Takes the worse of both; equally bad ones are told together.
void Merge(Finding& into, Finding other) {
  if (!into || (other && other->status > into->status)) {
    const auto last_run = into ? into->last_run : std::nullopt;
    into = other ? std::move(other) : std::move(into);
    if (into && !into->last_run) {
      into->last_run = last_run;
    }
  } else if (other && other->status == into->status && into->status != Health::kHealthy) {
    into->message += "; " + other->message;
  }
}

Finding Run(const Check& check, const HealthView& view) {
  Finding finding;
  const auto targets = TargetsOfKind(view, check.kind);
  if (!targets.empty()) {
    finding = FromTargets(targets);
    Merge(finding, FromAlerts(view.rules.firing, [&targets](const HealthAlert& alert) {
            return std::ranges::any_of(targets, [&alert](const TargetStatus* target) {
              return !alert.job.empty() && target->config.job == alert.job;
            });
          }));
  }
  if (check.measure != nullptr && (check.kind.empty() || !targets.empty())) {
    Merge(finding, check.measure(view));
  }
  if (finding) {
    finding->name = check.name;
  }
  return finding;
}

struct Severity {
  std::string_view name;
  Health health;
};

constexpr Severity kSeverities[] = {
    {"critical", Health::kUnhealthy},
    {"page", Health::kUnhealthy},
    {"emergency", Health::kUnhealthy},
    {"error", Health::kUnhealthy},
    {"info", Health::kHealthy},
    {"none", Health::kHealthy},
    {"ok", Health::kHealthy},
};

}  // namespace

std::string_view HealthName(Health health) {
  constexpr std::array<std::string_view, 3> kNames = {"healthy", "degraded", "unhealthy"};
  return kNames.at(static_cast<std::size_t>(health));
}

Health HealthOfSeverity(std::string_view severity) {
  const auto* const found = std::ranges::find(kSeverities, severity, &Severity::name);
  return found == std::end(kSeverities) ? Health::kDegraded : found->health;
}

std::vector<CheckResult> RunChecks(const HealthView& view) {
  std::vector<CheckResult> results;
  for (const Check& check : kChecks) {
    if (Finding finding = Run(check, view)) {
      results.push_back(std::move(*finding));
    }
  }
  return results;
}

Health Overall(const std::vector<CheckResult>& checks) {
  Health worst = Health::kHealthy;
  for (const CheckResult& check : checks) {
    worst = std::max(worst, check.status);
  }
  return worst;
}

}  // namespace sidewatch::api
