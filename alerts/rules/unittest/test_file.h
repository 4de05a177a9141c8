#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::rules::unittest {

/// `series: 'up{job="a"}'`, `values: 1 0x10`.
struct InputSeries {
  std::string series;
  std::string values;
};

struct ExpectedAlert {
  LabelSet labels;  ///< Without `alertname`, which the test implies.
  LabelSet annotations;
};

/// The alerts of one name that fire at a time.
struct AlertCase {
  Duration eval_time{0};
  std::string alertname;
  std::vector<ExpectedAlert> expected;
};

struct ExpectedSample {
  std::string labels;
  double value = 0;
  std::string histogram;  ///< `{{…}}`; if there is one the value does not count.
};

/// What an expression gives at a time.
struct ExpressionCase {
  std::string expr;
  Duration eval_time{0};
  std::vector<ExpectedSample> expected;
};

/// Series, and what is expected of the rules and of expressions over them.
struct TestGroup {
  std::string name;
  Duration interval{0};  ///< Between the values of the series. 0: the evaluation interval.
  std::vector<InputSeries> input_series;
  std::vector<AlertCase> alert_cases;
  std::vector<ExpressionCase> expression_cases;
  LabelSet external_labels;
  std::string external_url;
  TimePoint start;  ///< All times of the test count from here.

  Duration LastEvalTime() const;
};

/// A unit-test file as promtool reads it.
struct TestFile {
  std::vector<std::string> rule_files;  ///< As written: globs, relative to the test file.
  Duration evaluation_interval = std::chrono::minutes(1);
  std::vector<std::string> group_eval_order;
  bool fuzzy_compare = false;
  std::vector<TestGroup> tests;
};

/// Errors: all of the file, a line each; unknown fields are errors.
Result<TestFile> LoadTestFile(const std::string& path);

}  // namespace sidewatch::alerts::rules::unittest
