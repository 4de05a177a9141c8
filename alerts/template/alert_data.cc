#include "alerts/template/alert_data.h"

#include <array>

namespace sidewatch::alerts::templates {
namespace {

constexpr std::array kSampleFields = {Field{.name = "Labels"}, Field{.name = "Value", .any = true}};
constexpr std::array kAlertFields = {Field{.name = "Labels"},
                                     Field{.name = "ExternalLabels"},
                                     Field{.name = "ExternalURL"},
                                     Field{.name = "Value", .any = true}};

}  // namespace

const Type kSampleType{.name = "template.sample", .kind = Kind::kStruct, .fields = kSampleFields};
const Type kSampleListType{
    .name = "template.queryResult", .kind = Kind::kList, .element = &kSampleType};
const Type kAlertDataType{.name =
                              "struct { Labels map[string]string; ExternalLabels "
                              "map[string]string; ExternalURL string; Value interface {} }",
                          .kind = Kind::kStruct,
                          .fields = kAlertFields};

const std::string_view kAlertTemplatePrefix =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}";

Value MakeLabelMap(const LabelSet& labels) {
  Value::Map map;
  for (const Label label : labels) {
    map.emplace(label.name, Value::String(std::string(label.value)));
  }
  return Value::MakeMap(std::move(map), kStringMapType);
}

Value MakeSample(const LabelSet& labels, Value value) {
  return Value::MakeStruct({MakeLabelMap(labels), std::move(value)}, kSampleType);
}

Value MakeSampleList(std::vector<Value> samples) {
  return Value::MakeList(std::move(samples), kSampleListType);
}

Value MakeAlertData(const AlertData& data) {
  return Value::MakeStruct({MakeLabelMap(data.labels),
                            MakeLabelMap(data.external_labels),
                            Value::String(data.external_url),
                            data.value},
                           kAlertDataType);
}

}  // namespace sidewatch::alerts::templates
