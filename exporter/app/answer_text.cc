#include "exporter/app/answer_text.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <vector>

#include "exporter/app/table.h"
#include "exporter/base/clock.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/label_set.h"

namespace sidewatch::app {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string TextOf(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) ? Text(object[key]) : std::string();
}

/// The list under `key`; an empty one if there is none.
Json ListOf(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_array() ? object[key]
                                                                              : Json::array();
}

LabelSet LabelsOf(const Json& object, const char* key) {
  LabelSetBuilder builder;
  if (object.is_object() && object.contains(key) && object[key].is_object()) {
    for (const auto& [name, value] : object[key].items()) {
      builder.Set(name, Text(value));
    }
  }
  return builder.Build();
}

std::string TimeOf(const Json& seconds) {
  constexpr double kMillis = 1000;
  return seconds.is_number()
             ? FormatRfc3339(FromUnixMillis(std::llround(seconds.get<double>() * kMillis)))
             : Text(seconds);
}

bool IsSample(const Json& pair) {
  return pair.is_array() && pair.size() == 2;
}

std::string VectorText(const Json& result) {
  Table table({"SERIES", "VALUE"});
  for (const Json& row : result) {
    const Json& sample = row.contains("value") ? row["value"] : Json();
    table.Add({LabelsOf(row, "metric").ToString(), IsSample(sample) ? Text(sample[1]) : ""});
  }
  return result.empty() ? "no series\n" : table.Text();
}

std::string MatrixText(const Json& result) {
  Table table({"SERIES", "TIME", "VALUE"});
  for (const Json& row : result) {
    std::string series = LabelsOf(row, "metric").ToString();
    for (const Json& sample : ListOf(row, "values")) {
      if (IsSample(sample)) {
        table.Add({series, TimeOf(sample[0]), Text(sample[1])});
        series.clear();
      }
    }
  }
  return result.empty() ? "no series\n" : table.Text();
}

/// Firing before pending, critical before others, then by name.
bool ComesBefore(const Json& a, const Json& b) {
  const auto key = [](const Json& alert) {
    const LabelSet labels = LabelsOf(alert, "labels");
    return std::tuple(TextOf(alert, "state") != "firing",
                      labels.Get("severity") != "critical",
                      std::string(labels.Get("alertname")));
  };
  return key(a) < key(b);
}

}  // namespace

std::string QueryText(const Json& data) {
  const std::string type = TextOf(data, "resultType");
  const Json result = ListOf(data, "result");
  if (type == "vector") {
    return VectorText(result);
  }
  if (type == "matrix") {
    return MatrixText(result);
  }
  return IsSample(result) ? Text(result[1]) + "\n" : data.dump() + "\n";
}

std::string AlertsText(const Json& data) {
  std::vector<Json> alerts = ListOf(data, "alerts").get<std::vector<Json>>();
  if (alerts.empty()) {
    return "no alert is firing or pending\n";
  }
  std::ranges::stable_sort(alerts, &ComesBefore);
  Table table({"ALERT", "SEVERITY", "STATE", "SINCE", "LABELS", "WHAT"});
  for (const Json& alert : alerts) {
    const LabelSet labels = LabelsOf(alert, "labels");
    LabelSetBuilder others(labels);
    const LabelSet rest = others.Remove("alertname").Remove("severity").Build();
    table.Add({std::string(labels.Get("alertname")),
               labels.Has("severity") ? std::string(labels.Get("severity")) : "-",
               TextOf(alert, "state"),
               TextOf(alert, "activeAt"),
               rest.empty() ? "" : rest.ToString(),
               std::string(LabelsOf(alert, "annotations").Get("summary"))});
  }
  return table.Text();
}

}  // namespace sidewatch::app
