#pragma once

#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "alerts/rules/unittest/group_run.h"
#include "alerts/rules/unittest/junit.h"
#include "alerts/rules/unittest/output.h"
#include "exporter/base/clock.h"

namespace sidewatch::alerts::rules::unittest {

struct TestOptions {
  std::vector<std::string> run;  ///< Only tests whose name one of these regular expressions finds.
  Report report = Report::kExpectedAndGot;
  LoadOptions load;
};

struct TestOutcome {
  bool passed = true;
  std::vector<JUnitSuite> suites;
};

/// Runs unit-test files and prints as `promtool test rules` does.
///
/// Errors: kInvalidArgument for a regular expression of `run`; what is wrong with the files is an
///         outcome.
Result<TestOutcome> RunTestFiles(const std::vector<std::string>& files,
                                 const TestOptions& options,
                                 const Clock& clock,
                                 const Output& output);

}  // namespace sidewatch::alerts::rules::unittest
