#include "exporter/app/check_report.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "exporter/api/health_checks.h"
#include "exporter/app/table.h"
#include "exporter/app/version.h"
#include "exporter/base/duration.h"
#include "exporter/base/json_writer.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::app {
namespace {

using scrape::TargetStatus;

constexpr std::array<std::string_view, 4> kVerdicts = {"ok", "warning", "critical", "unknown"};
constexpr std::array<std::string_view, 4> kNagios = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

bool IsDown(const TargetStatus& target) {
  return target.last == nullptr || !target.last->up();
}

std::size_t CountDown(const CheckReport& report) {
  return static_cast<std::size_t>(std::ranges::count_if(report.targets, &IsDown));
}

std::size_t Samples(const scrape::Snapshot& snapshot) {
  std::size_t samples = 0;
  for (const MetricFamily& family : snapshot.families) {
    samples += family.samples.size();
  }
  return samples;
}

std::string_view ErrorOf(const TargetStatus& target) {
  if (target.last == nullptr) {
    return "was not tried";
  }
  return target.last->error ? std::string_view(target.last->error->message) : std::string_view();
}

std::string_view StateOf(const CheckedAlert& alert) {
  return alert.hold > Duration(0) ? "pending" : "firing";
}

/// The labels that tell alerts of one name apart.
std::string Instance(const CheckedAlert& alert) {
  LabelSetBuilder builder(alert.labels);
  builder.Remove("alertname").Remove("severity");
  const LabelSet labels = builder.Build();
  return labels.empty() ? std::string() : labels.ToString();
}

std::string TargetTable(const CheckReport& report) {
  Table table({"KIND", "TARGET", "STATE", "SECONDS", "WHAT"});
  for (const TargetStatus& target : report.targets) {
    const bool down = IsDown(target);
    table.Add(
        {target.config.kind,
         target.config.name,
         down ? "down" : "up",
         target.last ? fmt::format("{:.3f}", target.last->seconds) : "",
         down ? std::string(ErrorOf(target)) : fmt::format("{} samples", Samples(*target.last))});
  }
  return table.Text();
}

std::string AlertTable(const CheckReport& report) {
  Table table({"ALERT", "SEVERITY", "STATE", "FOR", "LABELS", "WHAT"});
  for (const CheckedAlert& alert : report.alerts) {
    table.Add({alert.name,
               alert.severity.empty() ? "-" : alert.severity,
               std::string(StateOf(alert)),
               alert.hold > Duration(0) ? FormatDuration(alert.hold) : "-",
               Instance(alert),
               alert.summary});
  }
  return table.Text();
}

std::string BrokenTable(const CheckReport& report) {
  Table table({"BROKEN RULE", "WHY"});
  for (const BrokenRule& rule : report.broken) {
    table.Add({rule.name, rule.error});
  }
  return table.Text();
}

bool AnyPending(const CheckReport& report) {
  return std::ranges::any_of(report.alerts,
                             [](const CheckedAlert& alert) { return alert.hold > Duration(0); });
}

void WriteTarget(JsonWriter& json, const TargetStatus& target) {
  json.BeginObject();
  json.Key("kind").String(target.config.kind).Key("name").String(target.config.name);
  json.Key("instance").String(target.config.instance);
  json.Key("state").String(IsDown(target) ? "down" : "up");
  if (target.last) {
    json.Key("seconds").Number(target.last->seconds);
    json.Key("samples").Integer(static_cast<std::int64_t>(Samples(*target.last)));
  }
  if (IsDown(target)) {
    json.Key("error").String(ErrorOf(target));
  }
  json.EndObject();
}

void WriteAlert(JsonWriter& json, const CheckedAlert& alert) {
  json.BeginObject();
  json.Key("name").String(alert.name).Key("severity").String(alert.severity);
  json.Key("state").String(StateOf(alert)).Key("for").String(FormatDuration(alert.hold));
  json.Key("labels").BeginObject();
  for (const Label label : alert.labels) {
    json.Key(label.name).String(label.value);
  }
  json.EndObject();
  json.Key("summary").String(alert.summary).EndObject();
}

}  // namespace

Verdict Judge(const CheckReport& report) {
  api::Health worst = CountDown(report) > 0 ? api::Health::kUnhealthy : api::Health::kHealthy;
  for (const CheckedAlert& alert : report.alerts) {
    worst = std::max(worst, api::HealthOfSeverity(alert.severity));
  }
  if (report.targets.empty() && report.rules == 0) {
    return Verdict::kUnknown;
  }
  if (worst == api::Health::kHealthy && !report.broken.empty()) {
    return Verdict::kWarning;
  }
  return static_cast<Verdict>(worst);
}

std::string CheckText(const CheckReport& report) {
  std::string text =
      fmt::format("sidewatch {}: {} of {} targets up, {} of {} rules hold, {:.1f} s\n",
                  kNagios.at(static_cast<std::size_t>(Judge(report))),
                  report.targets.size() - CountDown(report),
                  report.targets.size(),
                  report.alerts.size(),
                  report.rules,
                  report.seconds);
  text += "\n" + TargetTable(report);
  if (!report.alerts.empty()) {
    text += "\n" + AlertTable(report);
  }
  if (AnyPending(report)) {
    text +=
        "\nOne look cannot wait for `for`: a pending alert fires if its expression holds that "
        "long. "
        "It counts here.\n";
  }
  if (!report.broken.empty()) {
    text += "\n" + BrokenTable(report);
  }
  return text;
}

std::string CheckJson(const CheckReport& report) {
  std::string text;
  JsonWriter json(text);
  const Verdict verdict = Judge(report);
  json.BeginObject();
  json.Key("status").String(kVerdicts.at(static_cast<std::size_t>(verdict)));
  json.Key("exit_code").Integer(static_cast<std::int64_t>(verdict));
  json.Key("timestamp").String(FormatRfc3339(report.at));
  json.Key("version").String(kVersion).Key("seconds").Number(report.seconds);
  json.Key("targets").BeginArray();
  for (const TargetStatus& target : report.targets) {
    WriteTarget(json, target);
  }
  json.EndArray();
  json.Key("rules").Integer(static_cast<std::int64_t>(report.rules));
  json.Key("alerts").BeginArray();
  for (const CheckedAlert& alert : report.alerts) {
    WriteAlert(json, alert);
  }
  json.EndArray();
  json.Key("for_ignored").Boolean(AnyPending(report));
  json.Key("broken_rules").BeginArray();
  for (const BrokenRule& rule : report.broken) {
    json.BeginObject().Key("name").String(rule.name).Key("error").String(rule.error).EndObject();
  }
  json.EndArray().EndObject();
  return text + "\n";
}

}  // namespace sidewatch::app
