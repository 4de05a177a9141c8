#include <map>
#include <string>

#include <gtest/gtest.h>

#include "exporter/promql/series_notation.h"
#include "tests/conformance/promql_parser/kit.h"

namespace sidewatch::promql {
namespace {

using nlohmann::json;
using Buckets = HistogramLiteral::Buckets;
using ResetHint = HistogramLiteral::ResetHint;

json Labels(const LabelSet& labels) {
  json object = json::object();
  for (const Label label : labels) {
    object[std::string(label.name)] = std::string(label.value);
  }
  return object;
}

json Value(const SeriesValue& value) {
  if (const auto* const number = std::get_if<double>(&value)) {
    return *number;
  }
  return std::holds_alternative<std::monostate>(value) ? json("_") : json("histogram");
}

void SetBuckets(json& object, const std::string& sign, const Buckets& buckets) {
  if (!buckets.counts.empty()) {
    object[sign + "Buckets"] = buckets.counts;
    object[sign + "Spans"] = {{{"Offset", buckets.offset}, {"Length", buckets.counts.size()}}};
  }
}

/// As the kit writes a histogram: what is zero or empty is left out.
json Histogram(const HistogramLiteral& histogram) {
  json object = json::object();
  const auto set = [&object](const char* name, double value) {
    if (value != 0) {
      object[name] = value;
    }
  };
  set("Schema", histogram.schema);
  set("Sum", histogram.sum);
  set("Count", histogram.count);
  set("ZeroCount", histogram.zero_count);
  set("ZeroThreshold", histogram.zero_threshold);
  SetBuckets(object, "Positive", histogram.positive);
  SetBuckets(object, "Negative", histogram.negative);
  if (histogram.reset_hint_written) {
    const std::map<ResetHint, std::string> names = {{ResetHint::kUnknown, "UnknownCounterReset"},
                                                    {ResetHint::kReset, "CounterReset"},
                                                    {ResetHint::kNotReset, "NotCounterReset"},
                                                    {ResetHint::kGauge, "GaugeType"}};
    object["CounterResetHint"] = names.at(histogram.reset_hint);
  }
  return object;
}

std::string DifferenceOfValid(const json& row, const Result<SeriesNotation>& got) {
  if (!got) {
    return "refused: " + got.error().message;
  }
  if (row.contains("labels") && Labels(got->labels) != row["labels"]) {
    return "labels " + got->labels.ToString();
  }
  const bool histograms = row.contains("histograms");
  const json& want = row[histograms ? "histograms" : "values"];
  json values = json::array();
  for (const SeriesValue& value : got->values) {
    const auto* const histogram = std::get_if<std::shared_ptr<const HistogramLiteral>>(&value);
    values.push_back(histogram != nullptr ? Histogram(**histogram) : Value(value));
  }
  return values == want ? "" : "got " + values.dump() + "\nnot " + want.dump();
}

std::string DifferenceOfInvalid(const json& row, const Result<SeriesNotation>& got) {
  if (got) {
    return "taken, but should be refused";
  }
  const std::string& message = got.error().message;
  const bool holds = row.contains("error_text")
                         ? message == row["error_text"]
                         : message.find(row.value("error_contains", "")) != std::string::npos;
  return holds ? "" : "got " + message + "\nfor " + row.dump();
}

TEST(SeriesCases, Hold) {
  Tally tally("promql_series_cases.json");
  for (const json& row : LoadCases("promql_series_cases.json", "cases")) {
    const std::string input = row["input"];
    const Result<SeriesNotation> got = ParseSeriesNotation(input);
    const std::string difference =
        row["valid"] ? DifferenceOfValid(row, got) : DifferenceOfInvalid(row, got);
    tally.Add(difference.empty(), input + "\n" + difference);
  }
}

}  // namespace
}  // namespace sidewatch::promql
