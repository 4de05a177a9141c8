#include "alerts/api/alerts_v2.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alerts/api/v2_request.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/label_json.h"

namespace sidewatch::alerts {
namespace {

/// An alert with all that its answer and the filters need.
struct AlertView {
  AlertPtr alert;
  std::uint64_t fingerprint = 0;
  std::vector<std::string> inhibited_by;
  std::vector<std::string> silenced_by;
  std::vector<std::string> receivers;

  bool active() const { return inhibited_by.empty() && silenced_by.empty(); }
};

AlertView View(const AlertmanagerApiDeps& deps, const AlertPtr& alert) {
  AlertView view;
  view.alert = alert;
  view.fingerprint = Fingerprint(alert->labels);
  view.receivers = deps.notifier.ReceiversOf(alert->labels);
  for (Notifier::Mute& mute : deps.notifier.MutedBy(*alert)) {
    auto& by = mute.reason == deps.silences.reason() ? view.silenced_by : view.inhibited_by;
    by.insert(by.end(), mute.by.begin(), mute.by.end());
  }
  return view;
}

bool Passes(const V2Filter& filter, const AlertView& view) {
  return (filter.active || !view.active()) && (filter.silenced || view.silenced_by.empty()) &&
         (filter.inhibited || view.inhibited_by.empty()) &&
         MatchesAll(filter.matchers, view.alert->labels);
}

bool PassesReceiver(const V2Filter& filter, const std::vector<std::string>& receivers) {
  return !filter.receiver || std::ranges::any_of(receivers, [&](const std::string& name) {
    return filter.receiver->Matches(name);
  });
}

void WriteAlert(JsonWriter& json,
                const AlertView& view,
                const std::vector<std::string>& muted_by,
                TimePoint valid_until) {
  const Alert& alert = *view.alert;
  json.BeginObject();
  json.Key("annotations");
  WriteLabels(json, alert.annotations);
  json.Key("endsAt").String(FormatRfc3339(alert.ends_at.value_or(valid_until)));
  json.Key("fingerprint").String(FormatFingerprint(view.fingerprint));
  json.Key("receivers");
  WriteReceivers(json, view.receivers);
  json.Key("startsAt").String(FormatRfc3339(alert.starts_at));
  json.Key("status").BeginObject();
  json.Key("inhibitedBy");
  WriteTexts(json, view.inhibited_by);
  json.Key("mutedBy");
  WriteTexts(json, muted_by);
  json.Key("silencedBy");
  WriteTexts(json, view.silenced_by);
  json.Key("state").String(view.active() && muted_by.empty() ? "active" : "suppressed");
  json.EndObject();
  json.Key("updatedAt").String(FormatRfc3339(alert.updated_at));
  if (!alert.generator_url.empty()) {
    json.Key("generatorURL").String(alert.generator_url);
  }
  json.Key("labels");
  WriteLabels(json, alert.labels);
  json.EndObject();
}

/// As Prometheus compares label sets: fewer labels first, then by the first name or value that
/// differs.
bool Before(const LabelSet& a, const LabelSet& b) {
  if (a.size() != b.size()) {
    return a.size() < b.size();
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name) {
      // The one that lacks the smaller name comes first.
      return a[i].name > b[i].name;
    }
    if (a[i].value != b[i].value) {
      return a[i].value < b[i].value;
    }
  }
  return false;
}

std::vector<AlertView> Filtered(const AlertmanagerApiDeps& deps,
                                const std::vector<AlertPtr>& alerts,
                                const V2Filter& filter) {
  const TimePoint now = deps.clock.Now();
  std::vector<AlertView> views;
  for (const AlertPtr& alert : alerts) {
    if (alert->ResolvedAt(now)) {
      continue;
    }
    AlertView view = View(deps, alert);
    if (Passes(filter, view)) {
      views.push_back(std::move(view));
    }
  }
  std::ranges::sort(views, {}, &AlertView::fingerprint);
  return views;
}

void WriteGroup(JsonWriter& json,
                const GroupView& group,
                const std::vector<AlertView>& alerts,
                const AlertmanagerApiDeps& deps) {
  const std::vector<std::string> muted_by = deps.notifier.TimesMuting(group);
  const TimePoint valid_until = deps.clock.Now() + deps.notifier.resolve_timeout();
  json.BeginObject();
  json.Key("alerts").BeginArray();
  for (const AlertView& view : alerts) {
    WriteAlert(json, view, muted_by, valid_until);
  }
  json.EndArray();
  json.Key("labels");
  WriteLabels(json, group.labels);
  json.Key("receiver").BeginObject().Key("name").String(group.receiver).EndObject();
  json.Key("routeLabels");
  WriteLabels(json, group.route_labels);
  json.EndObject();
}

LabelSet ToLabels(const std::map<std::string, std::string, std::less<>>& texts) {
  LabelSetBuilder labels;
  for (const auto& [name, value] : texts) {
    labels.Set(name, value);
  }
  return labels.Build();
}

Alert ToAlert(const PostedAlert& posted, TimePoint now, Duration resolve_timeout) {
  Alert alert;
  alert.labels = ToLabels(posted.labels);
  alert.annotations = LabelSet::FromPairs(posted.annotations);
  alert.starts_at = posted.starts_at.value_or(posted.ends_at.value_or(now));
  alert.ends_at = posted.ends_at.value_or(now + resolve_timeout);
  alert.updated_at = now;
  alert.generator_url = posted.generator_url;
  return alert;
}

std::optional<std::string> InvalidIn(const LabelSet& labels, std::string_view what) {
  for (const Label label : labels) {
    if (!IsValidName(label.name)) {
      return fmt::format("invalid {}: invalid name \"{}\"", what, label.name);
    }
    if (!IsValidUtf8(label.value)) {
      return fmt::format("invalid {}: invalid value \"{}\"", what, label.value);
    }
  }
  return std::nullopt;
}

/// What is wrong with an alert, in Alertmanager's words.
std::optional<std::string> Invalid(const Alert& alert) {
  if (*alert.ends_at < alert.starts_at) {
    return "start time must be before end time";
  }
  if (alert.labels.empty()) {
    return "at least one label pair required";
  }
  if (auto wrong = InvalidIn(alert.labels, "label set")) {
    return wrong;
  }
  return InvalidIn(alert.annotations, "annotations");
}

}  // namespace

net::HttpResponse AnswerV2Alerts(const AlertmanagerApiDeps& deps, const net::HttpRequest& request) {
  const auto filter = ReadV2Filter(request);
  if (!filter) {
    return filter.error();
  }
  const TimePoint valid_until = deps.clock.Now() + deps.notifier.resolve_timeout();
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const AlertView& view : Filtered(deps, deps.notifier.Alerts(), *filter)) {
    if (PassesReceiver(*filter, view.receivers)) {
      WriteAlert(json, view, {}, valid_until);
    }
  }
  json.EndArray();
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse AnswerV2Groups(const AlertmanagerApiDeps& deps, const net::HttpRequest& request) {
  const auto filter = ReadV2Filter(request);
  if (!filter) {
    return filter.error();
  }
  std::vector<GroupView> groups = deps.notifier.Groups();
  std::ranges::stable_sort(groups, [](const GroupView& a, const GroupView& b) {
    return a.labels == b.labels ? a.receiver < b.receiver : Before(a.labels, b.labels);
  });
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const GroupView& group : groups) {
    if (!PassesReceiver(*filter, {group.receiver}) ||
        (!filter->muted && !deps.notifier.TimesMuting(group).empty())) {
      continue;
    }
    const std::vector<AlertView> alerts = Filtered(deps, group.alerts, *filter);
    if (!alerts.empty()) {
      WriteGroup(json, group, alerts, deps);
    }
  }
  json.EndArray();
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse TakeV2Alerts(const AlertmanagerApiDeps& deps, const net::HttpRequest& request) {
  const auto posted = ReadPostedAlerts(request);
  if (!posted) {
    return posted.error();
  }
  const TimePoint now = deps.clock.Now();
  const Duration resolve_timeout = deps.notifier.resolve_timeout();
  std::vector<Alert> alerts;
  std::string wrong;
  for (const PostedAlert& one : *posted) {
    Alert alert = ToAlert(one, now, resolve_timeout);
    if (const auto why = Invalid(alert)) {
      wrong += (wrong.empty() ? "" : "\n") + *why;
    } else {
      alerts.push_back(std::move(alert));
    }
  }
  if (!alerts.empty()) {
    deps.put(alerts);
  }
  return wrong.empty() ? EmptyAnswer() : TextAnswer(400, wrong);
}

}  // namespace sidewatch::alerts
