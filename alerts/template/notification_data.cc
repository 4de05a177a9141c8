#include "alerts/template/notification_data.h"

#include <algorithm>
#include <array>

#include "alerts/template/call_context.h"

namespace sidewatch::alerts::templates {
namespace {

using Args = std::span<const Value>;

constexpr std::string_view kFiring = "firing";
constexpr std::string_view kResolved = "resolved";

/// The entries of a KV, alertname first, then by name.
std::vector<std::pair<std::string, Value>> Sorted(const Value& labels) {
  std::vector<std::pair<std::string, Value>> sorted(labels.AsMap().begin(), labels.AsMap().end());
  // Not std::ranges::stable_partition: clang 14 cannot compile its result.
  std::stable_partition(
      sorted.begin(), sorted.end(), [](const auto& entry) { return entry.first == kAlertName; });
  return sorted;
}

std::string PrintPairs(const Value& pairs) {
  std::string out;
  for (const Value& pair : pairs.AsList()) {
    out += out.empty() ? "" : ", ";
    out += pair.AsList()[0].AsString() + "=" + pair.AsList()[1].AsString();
  }
  return out;
}

Value PairsOf(const Value& labels) {
  Value::List pairs;
  for (auto& [name, value] : Sorted(labels)) {
    pairs.push_back(Value::MakeStruct({Value::String(name), value}, kPairType));
  }
  return Value::MakeList(std::move(pairs), kPairsType);
}

enum class Half { kName, kValue };

Value Column(const Value& pairs, Half half) {
  Value::List texts;
  for (const Value& pair : pairs.AsList()) {
    texts.push_back(pair.AsList()[half == Half::kName ? 0 : 1]);
  }
  return Value::MakeList(std::move(texts), kNamesType);
}

Result<Value> Remove(CallContext& /*context*/, Args args) {
  Value::Map left = args[0].AsMap();
  for (const Value& name : args[1].AsList()) {
    left.erase(name.AsString());
  }
  return Value::MakeMap(std::move(left), kLabelsType);
}

Result<Value> Join(CallContext& context, Args args) {
  std::string out;
  bool first = true;
  for (const Value& text : args[0].AsList()) {
    out += first ? "" : args[1].AsString();
    first = false;
    out += text.AsString();
    if (out.size() > context.text_limit()) {
      return Fail(ErrorCode::kLimitExceeded, "text longer than {} bytes", context.text_limit());
    }
  }
  return Value::String(std::move(out));
}

Value WithStatus(const Value& alerts, std::string_view status) {
  Value::List some;
  for (const Value& alert : alerts.AsList()) {
    if (alert.AsList()[0].AsString() == status) {
      some.push_back(alert);
    }
  }
  return Value::MakeList(std::move(some), kAlertsType);
}

constexpr Param kNames[] = {Param::kStringList};
constexpr Param kSeparator[] = {Param::kString};

constexpr std::array kLabelsMethods = {
    Function{.name = "Names",
             .params = {},
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Column(PairsOf(a[0]), Half::kName);
             },
             .summary = "The names, alertname first."},
    Function{
        .name = "Remove", .params = kNames, .call = &Remove, .summary = "The labels without some."},
    Function{.name = "SortedPairs",
             .params = {},
             .call = [](CallContext&, Args a) -> Result<Value> { return PairsOf(a[0]); },
             .summary = "The pairs of name and value, alertname first."},
    Function{.name = "String",
             .params = {},
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(PrintPairs(PairsOf(a[0])));
             },
             .summary = "a=1, b=2."},
    Function{.name = "Values",
             .params = {},
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Column(PairsOf(a[0]), Half::kValue);
             },
             .summary = "The values, in the order of the names."},
};

constexpr std::array kPairsMethods = {
    Function{
        .name = "Names",
        .params = {},
        .call = [](CallContext&, Args a) -> Result<Value> { return Column(a[0], Half::kName); },
        .summary = "The names."},
    Function{.name = "String",
             .params = {},
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(PrintPairs(a[0]));
             },
             .summary = "a=1, b=2."},
    Function{
        .name = "Values",
        .params = {},
        .call = [](CallContext&, Args a) -> Result<Value> { return Column(a[0], Half::kValue); },
        .summary = "The values."},
};

constexpr std::array kNamesMethods = {
    Function{.name = "Join",
             .params = kSeparator,
             .call = &Join,
             .summary = "The texts with a separator between them."},
};

constexpr std::array kAlertsMethods = {
    Function{
        .name = "Firing",
        .params = {},
        .call = [](CallContext&, Args a) -> Result<Value> { return WithStatus(a[0], kFiring); },
        .summary = "Those that fire."},
    Function{
        .name = "Resolved",
        .params = {},
        .call = [](CallContext&, Args a) -> Result<Value> { return WithStatus(a[0], kResolved); },
        .summary = "Those that are resolved."},
};

constexpr std::array kPairFields = {Field{.name = "Name"}, Field{.name = "Value"}};

constexpr std::array kAlertFields = {Field{.name = "Status", .json = "status"},
                                     Field{.name = "Labels", .json = "labels"},
                                     Field{.name = "Annotations", .json = "annotations"},
                                     Field{.name = "StartsAt", .json = "startsAt"},
                                     Field{.name = "EndsAt", .json = "endsAt"},
                                     Field{.name = "GeneratorURL", .json = "generatorURL"},
                                     Field{.name = "Fingerprint", .json = "fingerprint"}};

constexpr std::array kNotificationFields = {
    Field{.name = "Receiver", .json = "receiver"},
    Field{.name = "Status", .json = "status"},
    Field{.name = "Alerts", .json = "alerts"},
    Field{.name = "GroupLabels", .json = "groupLabels"},
    Field{.name = "CommonLabels", .json = "commonLabels"},
    Field{.name = "CommonAnnotations", .json = "commonAnnotations"},
    Field{.name = "ExternalURL", .json = "externalURL"},
    Field{.name = "RouteLabels", .json = "routeLabels"},
    Field{.name = "NotificationReason", .json = "notification_reason"},
};

std::string QuoteMeta(std::string_view text) {
  constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
  std::string out;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

/// The labels that stand with the same value in all of `sets`; what is missing counts as empty.
LabelSet Common(const std::vector<const LabelSet*>& sets) {
  if (sets.empty()) {
    return {};
  }
  std::vector<Label> common;
  for (const Label label : *sets.front()) {
    const bool everywhere = std::ranges::all_of(
        sets, [&](const LabelSet* other) { return other->Get(label.name) == label.value; });
    if (everywhere) {
      common.push_back(label);
    }
  }
  return LabelSet::FromSorted(common);
}

}  // namespace

const Type kLabelsType{.name = "template.KV",
                       .kind = Kind::kMap,
                       .element = &kStringType,
                       .methods = kLabelsMethods,
                       .print = [](const Value& value) {
                         return PrintPairs(PairsOf(value));
                       }};
const Type kPairType{.name = "template.Pair", .kind = Kind::kStruct, .fields = kPairFields};
const Type kPairsType{.name = "template.Pairs",
                      .kind = Kind::kList,
                      .element = &kPairType,
                      .methods = kPairsMethods,
                      .print = &PrintPairs};
const Type kNamesType{.name = "template.Strings",
                      .kind = Kind::kList,
                      .element = &kStringType,
                      .methods = kNamesMethods};
const Type kAlertType{.name = "template.Alert", .kind = Kind::kStruct, .fields = kAlertFields};
const Type kAlertsType{.name = "template.Alerts",
                       .kind = Kind::kList,
                       .element = &kAlertType,
                       .methods = kAlertsMethods};
const Type kNotificationType{
    .name = "*template.Data", .kind = Kind::kStruct, .fields = kNotificationFields};

Value MakeLabels(const LabelSet& labels) {
  Value::Map map;
  for (const Label label : labels) {
    map.emplace(label.name, Value::String(std::string(label.value)));
  }
  return Value::MakeMap(std::move(map), kLabelsType);
}

Value MakeAlert(const AlertView& alert) {
  return Value::MakeStruct({Value::String(alert.status),
                            alert.labels,
                            alert.annotations,
                            Value::Time(alert.starts_at),
                            Value::Time(alert.ends_at),
                            Value::String(alert.generator_url),
                            Value::String(alert.fingerprint)},
                           kAlertType);
}

Value MakeNotification(NotificationView view) {
  return Value::MakeStruct({Value::String(std::move(view.receiver)),
                            Value::String(std::move(view.status)),
                            Value::MakeList(std::move(view.alerts), kAlertsType),
                            std::move(view.group_labels),
                            std::move(view.common_labels),
                            std::move(view.common_annotations),
                            Value::String(std::move(view.external_url)),
                            std::move(view.route_labels),
                            Value::String(std::move(view.reason))},
                           kNotificationType);
}

Value MakeNotificationData(const Notification& notification, const std::string& external_url) {
  NotificationView view;
  view.receiver = QuoteMeta(notification.receiver);
  view.external_url = external_url;
  view.group_labels = MakeLabels(notification.group_labels);
  view.route_labels = MakeLabels(notification.route_labels);
  view.reason = notification.reason;
  bool firing = false;
  std::vector<const LabelSet*> labels;
  std::vector<const LabelSet*> annotations;
  for (const Alert& alert : notification.alerts) {
    const bool resolved = alert.ResolvedAt(notification.at);
    firing = firing || !resolved;
    labels.push_back(&alert.labels);
    annotations.push_back(&alert.annotations);
    view.alerts.push_back(
        MakeAlert({.status = std::string(resolved ? kResolved : kFiring),
                   .labels = MakeLabels(alert.labels),
                   .annotations = MakeLabels(alert.annotations),
                   .starts_at = ToTimeValue(alert.starts_at),
                   .ends_at = resolved ? ToTimeValue(*alert.ends_at) : TimeValue{},
                   .generator_url = alert.generator_url,
                   .fingerprint = FormatFingerprint(Fingerprint(alert.labels))}));
  }
  view.status = firing ? kFiring : kResolved;
  view.common_labels = MakeLabels(Common(labels));
  view.common_annotations = MakeLabels(Common(annotations));
  return MakeNotification(std::move(view));
}

}  // namespace sidewatch::alerts::templates
