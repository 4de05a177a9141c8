#include "alerts/rules/unittest/test_file.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/base/rfc3339.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

/// A number as YAML writes it: also `.nan`, `.inf`, `-.Inf`.
void ReadYamlNumber(MapReader& map, std::string_view key, double& out) {
  const auto node = map.Get(key);
  if (!node || node->is_null()) {
    return;
  }
  std::string text = node->is_scalar() ? node->text() : "";
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos && dot + 1 < text.size() && std::isalpha(text[dot + 1]) != 0) {
    text.erase(dot, 1);
  }
  const auto value = ParseNumber(text);
  if (!value) {
    map.ErrorAt(key, "expected a number, got " + node->Describe());
    return;
  }
  out = *value;
}

void ReadLabels(MapReader& map, std::string_view key, LabelSet& out) {
  std::map<std::string, std::string> pairs;
  map.Read(key, pairs);
  out = LabelSet::FromPairs(pairs);
}

/// Unix seconds or RFC 3339.
void ReadTime(MapReader& map, std::string_view key, TimePoint& out) {
  std::string text;
  if (!map.Read(key, text)) {
    return;
  }
  if (const auto seconds = ParseNumber(text); seconds && std::isfinite(*seconds)) {
    constexpr double kMillis = 1000;
    out = FromUnixMillis(std::llround(*seconds * kMillis));
  } else if (const auto at = ParseRfc3339(text)) {
    out = *at;
  } else {
    map.ErrorAt(key, fmt::format("cannot parse \"{}\" to a valid timestamp", text));
  }
}

}  // namespace

// Found by config::ReadValue's templates, which look beside the structs.

void ReadValue(const Node& node, Diagnostics& diagnostics, InputSeries& out) {
  MapReader map(node, diagnostics);
  map.Read("series", out.series);
  map.Read("values", out.values);
}

void ReadValue(const Node& node, Diagnostics& diagnostics, ExpectedAlert& out) {
  MapReader map(node, diagnostics);
  ReadLabels(map, "exp_labels", out.labels);
  ReadLabels(map, "exp_annotations", out.annotations);
}

void ReadValue(const Node& node, Diagnostics& diagnostics, AlertCase& out) {
  MapReader map(node, diagnostics);
  map.Read("eval_time", out.eval_time);
  map.Read("alertname", out.alertname);
  map.Read("exp_alerts", out.expected);
}

void ReadValue(const Node& node, Diagnostics& diagnostics, ExpectedSample& out) {
  MapReader map(node, diagnostics);
  map.Read("labels", out.labels);
  ReadYamlNumber(map, "value", out.value);
  map.Read("histogram", out.histogram);
}

void ReadValue(const Node& node, Diagnostics& diagnostics, ExpressionCase& out) {
  MapReader map(node, diagnostics);
  map.Read("expr", out.expr);
  map.Read("eval_time", out.eval_time);
  map.Read("exp_samples", out.expected);
}

void ReadValue(const Node& node, Diagnostics& diagnostics, TestGroup& out) {
  MapReader map(node, diagnostics);
  map.Read("name", out.name);
  map.Read("interval", out.interval);
  map.Read("input_series", out.input_series);
  map.Read("alert_rule_test", out.alert_cases);
  map.Read("promql_expr_test", out.expression_cases);
  ReadLabels(map, "external_labels", out.external_labels);
  map.Read("external_url", out.external_url);
  ReadTime(map, "start_timestamp", out.start);
}

Duration TestGroup::LastEvalTime() const {
  Duration last{0};
  for (const AlertCase& test : alert_cases) {
    last = std::max(last, test.eval_time);
  }
  for (const ExpressionCase& test : expression_cases) {
    last = std::max(last, test.eval_time);
  }
  return last;
}

Result<TestFile> LoadTestFile(const std::string& path) {
  Diagnostics diagnostics;
  const auto document = config::LoadYaml(path, config::ExpandEnv::kNo, diagnostics);
  TestFile file;
  if (document) {
    MapReader map(*document, diagnostics);
    Duration interval{0};
    map.Read("rule_files", file.rule_files);
    map.Read("evaluation_interval", interval);
    map.Read("group_eval_order", file.group_eval_order);
    map.Read("fuzzy_compare", file.fuzzy_compare);
    map.Read("tests", file.tests);
    if (interval > Duration(0)) {
      file.evaluation_interval = interval;
    }
  }
  SW_TRY(diagnostics.ToStatus());
  for (TestGroup& test : file.tests) {
    if (test.interval == Duration(0)) {
      test.interval = file.evaluation_interval;
    }
  }
  return file;
}

}  // namespace sidewatch::alerts::rules::unittest
