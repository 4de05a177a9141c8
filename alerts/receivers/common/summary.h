#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/notification.h"
#include "alerts/receivers/common/deps.h"

namespace sidewatch::alerts {

/// How bad it is. The words of label `severity` that count for each are in a table.
enum class Severity { kInfo, kWarning, kCritical };

Severity SeverityOf(const Alert& alert);

/// The worst among the firing alerts, or among all if none fires.
Severity WorstSeverity(const Notification& notification);

/// `info`, `warning` or `critical`.
std::string_view SeverityName(Severity severity);

bool AnyFires(const Notification& notification);

/// One alert in the words of the default messages.
struct AlertSummary {
  std::string title;           ///< Annotation `summary`, or the alert's name.
  std::string description;     ///< Annotation `description` or `message`; may be empty.
  std::string where;           ///< Label `instance` or another that says it; may be empty.
  std::string value;           ///< Annotation `value`, or from a trend; may be empty.
  std::string since;           ///< `2026-01-02 03:04:05 UTC (for 5m)`.
  std::string runbook;         ///< Annotation `runbook_url`; may be empty.
  std::string dashboard = {};  ///< Annotation `dashboard_url` as a whole URL; may be empty.
  std::string moved = {};  ///< `▁▂▅█ 12 to 95`: how the value moved; may be empty, see AddTrends.
  std::string range = {};    ///< `12 to 95`.
  std::string picture = {};  ///< Names an image of the same in the message; may be empty.
  Severity severity = Severity::kInfo;
  bool resolved = false;
};

/// A notification in the words of the default messages.
struct NotificationSummary {
  std::string name;         ///< Alert names of the group: `DiskFull`, `DiskFull, RedisDown`.
  std::string tag;          ///< `CRITICAL`, `WARNING`, `INFO` or `RESOLVED`.
  std::string service;      ///< Label or external label `service`; may be empty.
  std::string environment;  ///< The same for `environment` or `env`; may be empty.
  Severity severity = Severity::kInfo;  ///< The worst among the firing ones, or among all.
  bool firing = false;
  std::size_t firing_count = 0;
  std::size_t resolved_count = 0;
  std::vector<AlertSummary> alerts;  ///< At most kMaxShownAlerts.
  std::size_t not_shown = 0;
  std::string ack_url = {};      ///< Where the firing ones are acknowledged; may be empty.
  std::string silence_url = {};  ///< Where the firing ones are silenced; may be empty.

  /// `[CRITICAL] DiskFull: disk on a:1 is full`, one line, for subjects and titles.
  std::string Subject() const;
};

/// Messages of more alerts say how many more there are: nobody reads a hundred, and Slack and mail
/// servers refuse what is too long.
inline constexpr std::size_t kMaxShownAlerts = 15;

NotificationSummary Summarize(const Notification& notification, const ReceiverDeps& deps);

/// The labels that all alerts of the notification have in common.
LabelSet CommonLabels(const Notification& notification);

/// Where the alerts of a receiver are seen: `EXTERNAL_URL/#/alerts?receiver=NAME`; empty without an
/// external URL.
std::string AlertsUrl(const Notification& notification, const ReceiverDeps& deps);

/// Where a silence for what the firing alerts have in common is made:
/// `EXTERNAL_URL/#/silences/new?filter={…}`; empty without an external URL, or if none fires.
std::string SilenceUrl(const Notification& notification, std::string_view external_url);

/// At most `max` bytes, cut between code points, with an ellipsis if anything was cut.
std::string Shorten(std::string_view text, std::size_t max);

}  // namespace sidewatch::alerts
