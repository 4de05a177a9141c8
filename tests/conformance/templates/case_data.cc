#include "tests/conformance/templates/case_data.h"

#include <array>

#include "alerts/template/alert_data.h"
#include "alerts/template/notification_data.h"
#include "exporter/base/number.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::conformance {
namespace {

namespace t = alerts::templates;
using t::Kind;
using t::Type;
using t::Value;

const Type kInt64{.name = "int64", .kind = Kind::kInt};
const Type kUint64{.name = "uint64", .kind = Kind::kUint};
const Type kHistogram{.name = "*histogram.FloatHistogram", .kind = Kind::kString};

struct TypedList {
  std::string_view name;
  const Type* element;
  Type list;
};

const std::array kTypedLists = {
    TypedList{"[]float64", &t::kFloatType, {"[]float64", Kind::kList, &t::kFloatType}},
    TypedList{"[]int", &t::kIntType, {"[]int", Kind::kList, &t::kIntType}},
    TypedList{"[]int64", &kInt64, {"[]int64", Kind::kList, &kInt64}},
    TypedList{"[]uint", &t::kUintType, {"[]uint", Kind::kList, &t::kUintType}},
    TypedList{"[]uint64", &kUint64, {"[]uint64", Kind::kList, &kUint64}},
    TypedList{"[]string", &t::kStringType, {"[]string", Kind::kList, &t::kStringType}},
};

Value ToElement(const Json& item, const Type& type) {
  switch (type.kind) {
    case Kind::kFloat:
      return Value::Float(ToNumber(item));
    case Kind::kInt:
      return Value::Int(item.get<std::int64_t>(), type);
    case Kind::kUint:
      return Value::Uint(item.get<std::uint64_t>(), type);
    default:
      return Value::String(item.get<std::string>());
  }
}

Value ToTypedList(const Json& items, std::string_view name) {
  for (const TypedList& typed : kTypedLists) {
    if (typed.name == name) {
      Value::List list;
      for (const Json& item : items) {
        list.push_back(ToElement(item, *typed.element));
      }
      return Value::MakeList(std::move(list), typed.list);
    }
  }
  return {};
}

Value ToMap(const Json& data, const Type& type) {
  Value::Map map;
  for (const auto& [key, item] : data.items()) {
    map.emplace(key, ToValue(item));
  }
  return Value::MakeMap(std::move(map), type);
}

t::TimeValue ToTime(const std::string& text) {
  if (text == "now-1h") {
    return t::ToTimeValue(CaseTime() - std::chrono::hours(1));
  }
  if (text.starts_with("0001-")) {
    return {};
  }
  return t::ToTimeValue(ParseRfc3339(text).value_or(TimePoint()));
}

Value KvOf(const Json& object, const char* key) {
  return object.contains(key) ? ToMap(object[key], t::kLabelsType) : Value::NilMap(t::kLabelsType);
}

}  // namespace

TimePoint CaseTime() {
  // 2012-11-24T11:14:12Z, as the alert template cases say.
  return FromUnixMillis(1'353'755'652'000);
}

double ToNumber(const Json& number) {
  return number.is_string() ? ParseNumber(number.get<std::string>()).value_or(0)
                            : number.get<double>();
}

LabelSet ToLabels(const Json& labels) {
  LabelSetBuilder builder;
  for (const auto& [name, value] : labels.items()) {
    builder.Set(name, value.get<std::string>());
  }
  return builder.Build();
}

Value ToSample(const Json& sample) {
  const Json& value = sample["value"];
  const bool histogram = value.is_object();
  return t::MakeSample(
      ToLabels(sample["labels"]),
      histogram ? Value::String("{count:3, sum:10}", kHistogram) : Value::Float(ToNumber(value)));
}

Value ToNotification(const Json& data) {
  t::NotificationView view;
  view.receiver = data.value("receiver", "");
  view.status = data.value("status", "");
  for (const Json& alert : data["alerts"]) {
    view.alerts.push_back(
        t::MakeAlert({.status = alert.value("status", ""),
                      .labels = KvOf(alert, "labels"),
                      .annotations = KvOf(alert, "annotations"),
                      .starts_at = ToTime(alert.value("startsAt", "0001-01-01T00:00:00Z")),
                      .ends_at = ToTime(alert.value("endsAt", "0001-01-01T00:00:00Z")),
                      .generator_url = alert.value("generatorURL", ""),
                      .fingerprint = alert.value("fingerprint", "")}));
  }
  view.group_labels = KvOf(data, "groupLabels");
  view.common_labels = KvOf(data, "commonLabels");
  view.common_annotations = KvOf(data, "commonAnnotations");
  view.external_url = data.value("externalURL", "");
  view.route_labels = KvOf(data, "routeLabels");
  view.reason = data.value("notification_reason", "");
  return t::MakeNotification(std::move(view));
}

Value ToValue(const Json& data) {
  if (data.is_null()) {
    return {};
  }
  if (data.is_string()) {
    return Value::String(data.get<std::string>());
  }
  if (data.is_boolean()) {
    return Value::Bool(data.get<bool>());
  }
  if (data.is_number()) {
    return Value::Float(data.get<double>());
  }
  if (data.is_array()) {
    Value::List list;
    for (const Json& item : data) {
      list.push_back(ToValue(item));
    }
    return Value::MakeList(std::move(list));
  }
  if (data.contains("$int")) {
    return Value::Int(data["$int"].get<std::int64_t>());
  }
  if (data.contains("$float")) {
    return Value::Float(ToNumber(data["$float"]));
  }
  if (data.contains("$strings")) {
    return ToTypedList(data["$strings"], "[]string");
  }
  if (data.contains("$stringmap")) {
    return ToMap(data["$stringmap"], t::kStringMapType);
  }
  if (data.contains("$notification")) {
    return ToNotification(data["$notification"]);
  }
  if (data.contains("$time")) {
    return Value::Time(ToTime(data["$time"].get<std::string>()));
  }
  if (data.contains("type") && data.contains("value")) {
    const std::string type = data["type"].get<std::string>();
    return type == "sample" ? ToSample(data["value"]) : ToTypedList(data["value"], type);
  }
  return ToMap(data, t::kAnyMapType);
}

}  // namespace sidewatch::conformance
