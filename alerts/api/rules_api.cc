#include "alerts/api/rules_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/json_writer.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/label_json.h"
#include "exporter/promql/ast.h"

namespace sidewatch::alerts {
namespace {

using rules::ActiveAlert;
using rules::GroupView;
using rules::RuleKind;
using rules::RuleView;

// What Go prints for a time that was never set.
constexpr std::string_view kNever = "0001-01-01T00:00:00Z";

/// What a request asks for; an empty list means everything.
struct Filter {
  std::string type;
  std::vector<std::string> names;
  std::vector<std::string> groups;
  std::vector<std::string> files;
  bool exclude_alerts = false;
};

bool Wanted(const std::vector<std::string>& list, const std::string& text) {
  return list.empty() || std::ranges::find(list, text) != list.end();
}

Filter ReadFilter(const net::HttpRequest& request) {
  Filter filter;
  for (auto& [name, value] : request.Form()) {
    if (name == "type") {
      filter.type = value;
    } else if (name == "rule_name[]") {
      filter.names.push_back(std::move(value));
    } else if (name == "rule_group[]") {
      filter.groups.push_back(std::move(value));
    } else if (name == "file[]") {
      filter.files.push_back(std::move(value));
    } else if (name == "exclude_alerts") {
      filter.exclude_alerts = value == "true" || value == "1";
    }
  }
  return filter;
}

bool Wanted(const Filter& filter, const RuleView& rule) {
  const bool alerting = rule.config.kind == RuleKind::kAlerting;
  const bool right_type = filter.type.empty() || (filter.type == "alert") == alerting;
  return right_type && Wanted(filter.names, rule.config.name);
}

/// Go's %e with the shortest digits: `1e+00`, as Prometheus shows the values of alerts.
std::string ExponentForm(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::array<char, 32> buffer{};
  const auto [end, status] = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  return {buffer.data(), end};
}

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string TimeText(const std::optional<TimePoint>& at) {
  return at ? FormatRfc3339Nano(*at) : std::string(kNever);
}

void WritePairs(JsonWriter& json, const rules::TextPairs& pairs) {
  json.BeginObject();
  for (const auto& [name, value] : pairs) {
    json.Key(name).String(value);
  }
  json.EndObject();
}

void WriteAlert(JsonWriter& json, const ActiveAlert& alert) {
  json.BeginObject();
  json.Key("labels");
  WriteLabels(json, alert.labels);
  json.Key("annotations");
  WriteLabels(json, alert.annotations);
  json.Key("state").String(rules::AlertStateName(alert.state));
  json.Key("activeAt").String(FormatRfc3339Nano(alert.active_at));
  if (alert.keep_firing_since) {
    json.Key("keepFiringSince").String(FormatRfc3339Nano(*alert.keep_firing_since));
  }
  json.Key("value").String(ExponentForm(alert.value));
  json.EndObject();
}

void WriteAlerts(JsonWriter& json, const RuleView& rule) {
  json.BeginArray();
  for (const ActiveAlert& alert : rule.alerts) {
    WriteAlert(json, alert);
  }
  json.EndArray();
}

void WriteAlertingHead(JsonWriter& json, const RuleView& rule, const Filter& filter) {
  json.Key("state").String(rules::AlertStateName(rule.state));
  json.Key("name").String(rule.config.name);
  json.Key("query").String(promql::Print(*rule.config.query.expr));
  json.Key("duration").Number(Seconds(rule.config.hold));
  json.Key("keepFiringFor").Number(Seconds(rule.config.keep_firing));
  json.Key("labels");
  WritePairs(json, rule.config.labels);
  json.Key("annotations");
  WritePairs(json, rule.config.annotations);
  json.Key("alerts");
  if (filter.exclude_alerts) {
    json.Null();
  } else {
    WriteAlerts(json, rule);
  }
}

void WriteRule(JsonWriter& json, const RuleView& rule, const Filter& filter) {
  const bool alerting = rule.config.kind == RuleKind::kAlerting;
  json.BeginObject();
  if (alerting) {
    WriteAlertingHead(json, rule, filter);
  } else {
    json.Key("name").String(rule.config.name);
    json.Key("query").String(promql::Print(*rule.config.query.expr));
    json.Key("labels");
    WritePairs(json, rule.config.labels);
  }
  json.Key("health").String(rules::RuleHealthName(rule.health));
  if (!rule.last_error.empty()) {
    json.Key("lastError").String(rule.last_error);
  }
  json.Key("evaluationTime").Number(rule.evaluation_seconds);
  json.Key("lastEvaluation").String(TimeText(rule.last_evaluation));
  json.Key("type").String(alerting ? "alerting" : "recording");
  json.EndObject();
}

void WriteGroup(JsonWriter& json,
                const GroupView& group,
                const std::vector<const RuleView*>& rules,
                const Filter& filter) {
  json.BeginObject();
  json.Key("name").String(group.config.name);
  json.Key("file").String(group.config.file);
  json.Key("rules").BeginArray();
  for (const RuleView* rule : rules) {
    WriteRule(json, *rule, filter);
  }
  json.EndArray();
  json.Key("interval").Number(Seconds(group.interval));
  json.Key("limit").Integer(group.config.limit);
  json.Key("evaluationTime").Number(group.evaluation_seconds);
  json.Key("lastEvaluation").String(TimeText(group.last_evaluation));
  json.EndObject();
}

net::HttpResponse AnswerRules(const RuleGroupsFn& groups, const net::HttpRequest& request) {
  const Filter filter = ReadFilter(request);
  std::string body;
  JsonWriter json(body);
  if (!filter.type.empty() && filter.type != "alert" && filter.type != "record") {
    json.BeginObject().Key("status").String("error").Key("errorType").String("bad_data");
    json.Key("error").String(
        fmt::format(R"(invalid parameter "type": not supported value "{}")", filter.type));
    json.EndObject();
    return net::JsonResponse(400, std::move(body));
  }
  json.BeginObject()
      .Key("status")
      .String("success")
      .Key("data")
      .BeginObject()
      .Key("groups")
      .BeginArray();
  for (const auto& group : groups()) {
    std::vector<const RuleView*> wanted;
    for (const RuleView& rule : group->rules) {
      if (Wanted(filter, rule)) {
        wanted.push_back(&rule);
      }
    }
    if (!wanted.empty() && Wanted(filter.groups, group->config.name) &&
        Wanted(filter.files, group->config.file)) {
      WriteGroup(json, *group, wanted, filter);
    }
  }
  json.EndArray().EndObject().EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse AnswerAlerts(const RuleGroupsFn& groups) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject()
      .Key("status")
      .String("success")
      .Key("data")
      .BeginObject()
      .Key("alerts")
      .BeginArray();
  for (const auto& group : groups()) {
    for (const RuleView& rule : group->rules) {
      for (const ActiveAlert& alert : rule.alerts) {
        WriteAlert(json, alert);
      }
    }
  }
  json.EndArray().EndObject().EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

void RegisterRulesApi(net::Router& router, const RuleGroupsFn& groups) {
  router.Handle(
      "GET", "/api/v1/rules", net::Access::kRead, [groups](const net::HttpRequest& request) {
        return AnswerRules(groups, request);
      });
  router.Handle(
      "GET", "/api/v1/alerts", net::Access::kRead, [groups](const net::HttpRequest& /*request*/) {
        return AnswerAlerts(groups);
      });
}

}  // namespace sidewatch::alerts
