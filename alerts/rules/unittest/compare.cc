#include "alerts/rules/unittest/compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "alerts/model/alert.h"
#include "alerts/rules/unittest/alert_diff.h"
#include "alerts/rules/unittest/go_text.h"
#include "exporter/base/duration.h"
#include "exporter/promql/series_notation.h"
#include "exporter/promql/text.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

constexpr std::string_view kIndent = "            ";

std::string AlertsText(const std::vector<FiringAlert>& alerts) {
  if (alerts.empty()) {
    return "[]";
  }
  std::string text = "[";
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    text += fmt::format("{0}\n{1}{2}:\n{1}  Labels:{3}\n{1}  Annotations:{4}",
                        i == 0 ? "" : ",",
                        kIndent,
                        i,
                        promql::PrintLabelSet(alerts[i].labels),
                        promql::PrintLabelSet(alerts[i].annotations));
  }
  return text + fmt::format("\n{}]", kIndent);
}

std::string SamplesText(const std::vector<RuleSample>& samples) {
  std::string text;
  for (const RuleSample& sample : samples) {
    text += fmt::format("{}{} {}",
                        text.empty() ? "" : ", ",
                        promql::PrintLabelSet(sample.labels),
                        GoExponent(sample.value));
  }
  return text.empty() ? "nil" : text;
}

bool SameValue(double expected, double got, Precision precision) {
  if (std::isnan(expected) || std::isnan(got)) {
    return std::isnan(expected) && std::isnan(got);
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return expected == got ||
         (precision == Precision::kFuzzy && (std::nextafter(expected, -kInfinity) == got ||
                                             std::nextafter(expected, kInfinity) == got));
}

bool SameSamples(const std::vector<RuleSample>& expected,
                 const std::vector<RuleSample>& got,
                 Precision precision) {
  return std::ranges::equal(expected, got, [&](const RuleSample& a, const RuleSample& b) {
    return a.labels == b.labels && SameValue(a.value, b.value, precision);
  });
}

Result<RuleSample> ParseExpected(const ExpectedSample& expected) {
  RuleSample sample{.labels = {}, .value = expected.value};
  if (!expected.histogram.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "native histograms are not supported");
  }
  if (expected.labels.empty()) {
    return sample;
  }
  const auto parsed = promql::ParseSeriesNotation(expected.labels);
  if (!parsed) {
    return FailWith("labels " + promql::Quoted(expected.labels), parsed.error());
  }
  if (!parsed->values.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "labels {}: expected a name and labels only",
                promql::Quoted(expected.labels));
  }
  sample.labels = parsed->labels;
  return sample;
}

}  // namespace

std::optional<std::string> CompareAlerts(const std::string& test_name,
                                         const AlertCase& test,
                                         std::vector<FiringAlert> got,
                                         Report report) {
  std::vector<FiringAlert> expected;
  for (const ExpectedAlert& alert : test.expected) {
    LabelSetBuilder labels(alert.labels);
    labels.Set(kAlertName, test.alertname);
    expected.push_back({labels.Build(), alert.annotations});
  }
  std::ranges::sort(expected);
  std::ranges::sort(got);
  if (expected == got) {
    return std::nullopt;
  }
  const std::string head =
      fmt::format("{}    alertname: {}, time: {}, \n",
                  test_name.empty() ? "" : fmt::format("    name: {},\n", test_name),
                  test.alertname,
                  FormatDuration(test.eval_time));
  if (report == Report::kDiff) {
    return head + "        diff: " + AlertDiff(expected, got, kIndent);
  }
  return head +
         fmt::format("        exp:{}, \n        got:{}", AlertsText(expected), AlertsText(got));
}

std::optional<std::string> CompareSamples(const ExpressionCase& test,
                                          std::vector<RuleSample> got,
                                          Precision precision) {
  std::vector<RuleSample> expected;
  for (const ExpectedSample& sample : test.expected) {
    auto parsed = ParseExpected(sample);
    if (!parsed) {
      return ExpressionError(test, parsed.error().message);
    }
    expected.push_back(*std::move(parsed));
  }
  std::ranges::stable_sort(expected, {}, &RuleSample::labels);
  std::ranges::stable_sort(got, {}, &RuleSample::labels);
  if (SameSamples(expected, got, precision)) {
    return std::nullopt;
  }
  return fmt::format("    expr: {}, time: {},\n        exp: {}\n        got: {}",
                     promql::Quoted(test.expr),
                     FormatDuration(test.eval_time),
                     SamplesText(expected),
                     SamplesText(got));
}

std::string ExpressionError(const ExpressionCase& test, const std::string& message) {
  return fmt::format("    expr: {}, time: {}, err: {}",
                     promql::Quoted(test.expr),
                     FormatDuration(test.eval_time),
                     message);
}

}  // namespace sidewatch::alerts::rules::unittest
