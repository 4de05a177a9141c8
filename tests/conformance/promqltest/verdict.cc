#include "tests/conformance/promqltest/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::promqltest {
namespace {

using promql::MatrixSeries;
using promql::MatrixValue;
using promql::QueryResult;
using promql::VectorSample;
using promql::VectorValue;

std::string JudgeNotes(const char* kind,
                       const std::vector<TextPattern>& expected,
                       bool none_expected,
                       const std::vector<std::string>& got) {
  if (none_expected && !got.empty()) {
    return fmt::format("unexpected {}: {}", kind, got.front());
  }
  if (expected.empty()) {
    return {};
  }
  if (got.empty()) {
    return fmt::format("expected {} not raised", kind);
  }
  for (const TextPattern& pattern : expected) {
    if (std::ranges::none_of(got, [&](const std::string& text) { return pattern.Matches(text); })) {
      return fmt::format("no {} like \"{}\", got \"{}\"",
                         kind,
                         pattern.exact.value_or(pattern.regex.value_or("")),
                         got.front());
    }
  }
  for (const std::string& text : got) {
    if (std::ranges::none_of(expected, [&](const TextPattern& p) { return p.Matches(text); })) {
      return fmt::format("unexpected {}: {}", kind, text);
    }
  }
  return {};
}

std::string JudgeVector(const Expectation& expect, const VectorValue& got) {
  for (std::size_t i = 0; i < expect.series.size(); ++i) {
    const SeriesLine& line = expect.series[i];
    const auto found = std::ranges::find(got, line.labels, &VectorSample::labels);
    if (found == got.end()) {
      return fmt::format("missing {}", line.labels.ToString());
    }
    if (line.slots.size() != 1 || line.slots[0].kind != Slot::Kind::kFloat) {
      return "the script expects what is no float";
    }
    if (!AlmostEqual(line.slots[0].value, found->value)) {
      return fmt::format("{}: expected {}, got {}",
                         line.labels.ToString(),
                         FormatNumber(line.slots[0].value),
                         FormatNumber(found->value));
    }
    if (expect.ordered && found - got.begin() != static_cast<std::ptrdiff_t>(i)) {
      return fmt::format("{} is not at place {}", line.labels.ToString(), i);
    }
  }
  for (const VectorSample& sample : got) {
    if (std::ranges::find(expect.series, sample.labels, &SeriesLine::labels) ==
        expect.series.end()) {
      return fmt::format("unexpected {} {}", sample.labels.ToString(), FormatNumber(sample.value));
    }
  }
  if (got.size() != expect.series.size()) {
    return fmt::format("expected {} series, got {}", expect.series.size(), got.size());
  }
  return {};
}

std::string JudgeSeries(const SeriesLine& line, const Steps& steps, const MatrixSeries& got) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < line.slots.size(); ++i) {
    if (line.slots[i].kind == Slot::Kind::kOmitted) {
      continue;
    }
    const TimePoint at =
        FromUnixMillis((steps.start + steps.step * static_cast<Duration::rep>(i)).count());
    if (line.slots[i].kind == Slot::Kind::kHistogram) {
      return "the script expects a histogram";
    }
    if (next >= got.samples.size() || got.samples[next].at != at) {
      return fmt::format("{}: no point at step {}", line.labels.ToString(), i);
    }
    if (!AlmostEqual(line.slots[i].value, got.samples[next].value)) {
      return fmt::format("{} at step {}: expected {}, got {}",
                         line.labels.ToString(),
                         i,
                         FormatNumber(line.slots[i].value),
                         FormatNumber(got.samples[next].value));
    }
    ++next;
  }
  return next == got.samples.size()
             ? ""
             : fmt::format(
                   "{}: {} unexpected points", line.labels.ToString(), got.samples.size() - next);
}

std::string JudgeMatrix(const Expectation& expect, const Steps& steps, const MatrixValue& got) {
  if (!std::ranges::is_sorted(got, {}, &MatrixSeries::labels)) {
    return "the matrix is not sorted";
  }
  for (const SeriesLine& line : expect.series) {
    const auto found = std::ranges::find(got, line.labels, &MatrixSeries::labels);
    if (found == got.end()) {
      return fmt::format("missing {}", line.labels.ToString());
    }
    if (std::string wrong = JudgeSeries(line, steps, *found); !wrong.empty()) {
      return wrong;
    }
  }
  for (const MatrixSeries& series : got) {
    if (std::ranges::find(expect.series, series.labels, &SeriesLine::labels) ==
        expect.series.end()) {
      return fmt::format("unexpected {}", series.labels.ToString());
    }
  }
  return got.size() == expect.series.size() ? "" : "series occur twice";
}

/// What is the same for all results. Nothing: go on with the value.
std::optional<std::string> JudgeOutcome(const Expectation& expect, const Result<QueryResult>& got) {
  if (expect.fail) {
    if (got.has_value()) {
      return "expected a failure";
    }
    return expect.failure.Matches(got.error().message)
               ? ""
               : fmt::format("failed with another message: {}", got.error().message);
  }
  if (!got.has_value()) {
    return fmt::format("failed: {}", got.error().message);
  }
  std::string wrong = JudgeNotes("warning", expect.warnings, expect.no_warn, got->warnings);
  if (wrong.empty()) {
    wrong = JudgeNotes("info", expect.infos, expect.no_info, got->infos);
  }
  return wrong.empty() ? std::nullopt : std::optional(wrong);
}

}  // namespace

bool AlmostEqual(double a, double b) {
  constexpr double kEpsilon = 1e-6;
  constexpr double kSmallest = std::numeric_limits<double>::min();
  if (IsStale(a) || IsStale(b)) {
    return IsStale(a) && IsStale(b);
  }
  if ((std::isnan(a) && std::isnan(b)) || a == b) {
    return true;
  }
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kSmallest) {
    return difference < kEpsilon * kSmallest;
  }
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kEpsilon;
}

std::string JudgeInstant(const Expectation& expect, const Result<QueryResult>& got) {
  if (auto verdict = JudgeOutcome(expect, got); verdict.has_value()) {
    return *verdict;
  }
  if (const auto* scalar = std::get_if<promql::ScalarValue>(&got->value)) {
    if (!expect.scalar.has_value()) {
      return "a scalar where none is expected";
    }
    return AlmostEqual(*expect.scalar, scalar->value) ? ""
                                                      : fmt::format("expected {}, got {}",
                                                                    FormatNumber(*expect.scalar),
                                                                    FormatNumber(scalar->value));
  }
  if (const auto* text = std::get_if<promql::StringValue>(&got->value)) {
    return expect.text == text->value ? "" : fmt::format("got string {}", text->value);
  }
  if (expect.scalar.has_value() || expect.text.has_value()) {
    return "neither the scalar nor the string that is expected";
  }
  if (const auto* vector = std::get_if<VectorValue>(&got->value)) {
    return JudgeVector(expect, *vector);
  }
  if (!expect.range_vector.has_value()) {
    return "a range vector where none is expected";
  }
  return JudgeMatrix(expect, *expect.range_vector, std::get<MatrixValue>(got->value));
}

std::string JudgeRange(const Expectation& expect,
                       const Steps& steps,
                       const Result<QueryResult>& got) {
  if (auto verdict = JudgeOutcome(expect, got); verdict.has_value()) {
    return *verdict;
  }
  return JudgeMatrix(expect, steps, std::get<MatrixValue>(got->value));
}

Result<QueryResult> TakeInstant(Result<QueryResult> got, TimePoint at, bool as_scalar) {
  if (!got.has_value()) {
    return got;
  }
  const auto matrix = std::get<MatrixValue>(std::move(got->value));
  if (!std::ranges::is_sorted(matrix, {}, &MatrixSeries::labels)) {
    return Fail(ErrorCode::kInternal, "the matrix is not sorted");
  }
  VectorValue vector;
  for (const MatrixSeries& series : matrix) {
    for (const Sample& sample : series.samples) {
      if (sample.at == at) {
        vector.push_back({series.labels, at, sample.value});
      }
    }
  }
  if (as_scalar && vector.size() == 1) {
    got->value = promql::ScalarValue{at, vector[0].value};
  } else {
    got->value = std::move(vector);
  }
  return got;
}

}  // namespace sidewatch::promqltest
