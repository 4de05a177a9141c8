#include "alerts/receivers/common/summary.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "alerts/model/matcher_parser.h"
#include "alerts/receivers/common/limits.h"
#include "exporter/base/duration.h"
#include "exporter/base/rfc3339.h"
#include "exporter/net/http_message.h"

namespace sidewatch::alerts {
namespace {

constexpr std::pair<std::string_view, Severity> kSeverityWords[] = {
    {"critical", Severity::kCritical},
    {"crit", Severity::kCritical},
    {"page", Severity::kCritical},
    {"fatal", Severity::kCritical},
    {"emergency", Severity::kCritical},
    {"error", Severity::kCritical},
    {"warning", Severity::kWarning},
    {"warn", Severity::kWarning},
    {"p1", Severity::kCritical},
    {"p2", Severity::kWarning},
};

constexpr std::size_t kMaxText = 600;
constexpr std::size_t kMaxSubject = 200;

/// The first of `names` that `labels` has.
std::string_view FirstOf(const LabelSet& labels, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view value = labels.Get(name); !value.empty()) {
      return value;
    }
  }
  return {};
}

std::string FormatMinute(TimePoint at) {
  std::string text = FormatRfc3339(at);
  // `2026-01-02T03:04:05.678Z` without the fraction, as people write it.
  text.resize(std::string_view("2026-01-02T03:04:05").size());
  std::ranges::replace(text, 'T', ' ');
  return text + " UTC";
}

std::string FormatSince(const Alert& alert, bool resolved, TimePoint at) {
  const TimePoint until = resolved ? *alert.ends_at : at;
  const auto lasted = std::chrono::floor<std::chrono::seconds>(until - alert.starts_at);
  const auto shown = std::max(lasted, std::chrono::seconds(0));
  return fmt::format("{} ({} {})",
                     FormatMinute(alert.starts_at),
                     resolved ? "lasted" : "for",
                     FormatDuration(shown));
}

/// A path is one of Grafana's, which not every configuration names.
std::string DashboardOf(const Alert& alert, const std::string& grafana_url) {
  const std::string_view url = alert.annotations.Get("dashboard_url");
  if (!url.starts_with('/')) {
    return std::string(url);
  }
  return grafana_url.empty() ? "" : grafana_url + std::string(url);
}

AlertSummary SummarizeAlert(const Alert& alert, TimePoint at, const ReceiverDeps& deps) {
  constexpr std::string_view kTitle[] = {"summary", "title"};
  constexpr std::string_view kDescription[] = {"description", "message"};
  constexpr std::string_view kWhere[] = {"instance", "host", "node", "pod", "target", "job"};
  constexpr std::string_view kRunbook[] = {"runbook_url", "runbook"};
  AlertSummary summary;
  summary.resolved = alert.ResolvedAt(at);
  summary.severity = SeverityOf(alert);
  const std::string_view title = FirstOf(alert.annotations, kTitle);
  summary.title = Shorten(title.empty() ? alert.name() : title, kMaxText);
  summary.description = Shorten(FirstOf(alert.annotations, kDescription), kMaxText);
  summary.where = Shorten(FirstOf(alert.labels, kWhere), kMaxSubject);
  summary.value = Shorten(alert.annotations.Get("value"), kMaxSubject);
  summary.runbook = FirstOf(alert.annotations, kRunbook);
  summary.dashboard = DashboardOf(alert, deps.grafana_url);
  summary.since = FormatSince(alert, summary.resolved, at);
  return summary;
}

std::string NamesOf(const Notification& notification) {
  constexpr std::size_t kMaxNames = 3;
  std::vector<std::string_view> names;
  for (const Alert& alert : notification.alerts) {
    if (std::ranges::find(names, alert.name()) == names.end()) {
      names.push_back(alert.name());
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxNames); ++i) {
    text += text.empty() ? "" : ", ";
    text += names[i];
  }
  if (names.size() > kMaxNames) {
    text += fmt::format(" and {} more", names.size() - kMaxNames);
  }
  return text;
}

LabelSet CommonOf(std::span<const Alert> alerts) {
  if (alerts.empty()) {
    return {};
  }
  LabelSetBuilder common(alerts.front().labels);
  for (const Label label : alerts.front().labels) {
    for (const Alert& alert : alerts) {
      if (alert.labels.Get(label.name) != label.value) {
        common.Remove(label.name);
        break;
      }
    }
  }
  return common.Build();
}

/// What takes exactly the alerts that have all of `labels`.
std::string FormatLabels(const LabelSet& labels) {
  Matchers matchers;
  matchers.reserve(labels.size());
  for (const Label label : labels) {
    matchers.push_back(Matcher::Equal(label.name, label.value));
  }
  return FormatMatchers(matchers);
}

void SetCounts(const Notification& notification, NotificationSummary& out) {
  for (const Alert& alert : notification.alerts) {
    ++(alert.ResolvedAt(notification.at) ? out.resolved_count : out.firing_count);
  }
  out.firing = out.firing_count > 0;
  out.severity = WorstSeverity(notification);
}

}  // namespace

Severity SeverityOf(const Alert& alert) {
  // Some teams have P1 to P4 in a label of their own.
  constexpr std::string_view kNames[] = {"severity", "priority"};
  std::string word(FirstOf(alert.labels, kNames));
  std::ranges::transform(word, word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto* const found =
      std::ranges::find(kSeverityWords, word, &std::pair<std::string_view, Severity>::first);
  return found == std::end(kSeverityWords) ? Severity::kInfo : found->second;
}

Severity WorstSeverity(const Notification& notification) {
  const bool any_fires = AnyFires(notification);
  Severity worst = Severity::kInfo;
  for (const Alert& alert : notification.alerts) {
    if (!any_fires || !alert.ResolvedAt(notification.at)) {
      worst = std::max(worst, SeverityOf(alert));
    }
  }
  return worst;
}

std::string_view SeverityName(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames = {"info", "warning", "critical"};
  return kNames[static_cast<std::size_t>(severity)];
}

bool AnyFires(const Notification& notification) {
  return std::ranges::any_of(
      notification.alerts, [&](const Alert& alert) { return !alert.ResolvedAt(notification.at); });
}

std::string Shorten(std::string_view text, std::size_t max) {
  if (text.size() <= max) {
    return std::string(text);
  }
  constexpr std::string_view kEllipsis = "…";
  std::size_t end = max - std::min(max, kEllipsis.size());
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return std::string(text.substr(0, end)).append(kEllipsis);
}

LabelSet CommonLabels(const Notification& notification) {
  return CommonOf(notification.alerts);
}

std::string AlertsUrl(const Notification& notification, const ReceiverDeps& deps) {
  return deps.external_url.empty() ? ""
                                   : fmt::format("{}/#/alerts?receiver={}",
                                                 deps.external_url,
                                                 net::EncodeUrl(notification.receiver));
}

std::string SilenceUrl(const Notification& notification, std::string_view external_url) {
  // Firing ones come first.
  const auto firing = std::ranges::count_if(
      notification.alerts, [&](const Alert& alert) { return !alert.ResolvedAt(notification.at); });
  const LabelSet common =
      CommonOf(std::span(notification.alerts).first(static_cast<std::size_t>(firing)));
  return external_url.empty() || common.empty() ? ""
                                                : fmt::format("{}/#/silences/new?filter={}",
                                                              external_url,
                                                              net::EncodeUrl(FormatLabels(common)));
}

std::string NotificationSummary::Subject() const {
  std::string subject = fmt::format("[{}] {}", tag, name);
  const std::size_t count = alerts.size() + not_shown;
  if (count > 1) {
    subject += fmt::format(" ({} alerts)", count);
  } else if (!alerts.empty() && alerts.front().title != name) {
    subject += ": " + alerts.front().title;
  }
  std::ranges::replace_if(
      subject, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return Shorten(subject, kMaxSubject);
}

NotificationSummary Summarize(const Notification& notification, const ReceiverDeps& deps) {
  constexpr std::array<std::string_view, 3> kTags = {"INFO", "WARNING", "CRITICAL"};
  constexpr std::string_view kService[] = {"service"};
  constexpr std::string_view kEnvironment[] = {"environment", "env"};
  NotificationSummary summary;
  SetCounts(notification, summary);
  summary.name = NamesOf(notification);
  summary.tag = summary.firing ? kTags[static_cast<std::size_t>(summary.severity)] : "RESOLVED";
  const LabelSet common = CommonLabels(notification);
  const auto find = [&](std::span<const std::string_view> names) {
    const std::string_view own = FirstOf(common, names);
    return std::string(own.empty() ? FirstOf(deps.external_labels, names) : own);
  };
  summary.service = find(kService);
  summary.environment = find(kEnvironment);
  const std::size_t shown = std::min(MostShown(notification), kMaxShownAlerts);
  for (std::size_t i = 0; i < shown; ++i) {
    summary.alerts.push_back(SummarizeAlert(notification.alerts[i], notification.at, deps));
  }
  summary.not_shown = notification.alerts.size() - shown;
  if (summary.firing) {
    summary.ack_url = deps.ack_url ? deps.ack_url(notification) : "";
    summary.silence_url = SilenceUrl(notification, deps.external_url);
  }
  return summary;
}

}  // namespace sidewatch::alerts
