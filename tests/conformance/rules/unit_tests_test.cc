// Runs the rule unit-test files of ../shared/conformance/rules and compares with verdicts.json.

#include <fstream>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alerts/rules/unittest/run_files.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

constexpr const char* kFolder = "../shared/conformance/rules/";

using Json = nlohmann::json;

/// Since Prometheus 3 both `@` and negative offsets are always on, so the cases without them do not
/// apply. The first file also has native histograms, which the evaluator does not know.
const std::set<std::string> kSkipped = {
    "Disabled feature (@ modifier)", "Disabled feature (negative offset)", "Passing Unit Tests"};

/// The exit status of a run over the files of a case; what is printed goes to `printed`.
int Exit(const Json& verdict, std::string& printed) {
  std::vector<std::string> files;
  for (const std::string file : verdict["files"]) {
    files.push_back(kFolder + file);
  }
  TestOptions options;
  options.load.ignore_unknown_fields = verdict.value("ignore_unknown_fields", false);
  options.run = verdict.value("run", std::vector<std::string>());
  const auto print = [&](std::string_view text) {
    printed += text;
  };
  const auto outcome =
      RunTestFiles(files, options, testkit::ManualClock(), {.out = print, .err = print});
  return outcome && outcome->passed ? 0 : 1;
}

TEST(RuleUnitTestConformance, Verdicts) {
  std::ifstream file(std::string(kFolder) + "verdicts.json");
  ASSERT_TRUE(file) << kFolder << "verdicts.json is missing: the conformance data must lie beside "
                    << "the checkout";
  const Json verdicts = Json::parse(file);
  int ran = 0;
  int passed = 0;
  int skipped = 0;
  for (const Json& verdict : verdicts["unit_tests"]) {
    if (kSkipped.contains(verdict["name"].get<std::string>())) {
      ++skipped;
      continue;
    }
    ++ran;
    std::string printed;
    if (Exit(verdict, printed) == verdict["exit"].get<int>()) {
      ++passed;
    } else {
      ADD_FAILURE() << verdict.dump() << "\n" << printed;
    }
  }
  fmt::print("unit_tests: ran {}, passed {}, skipped {}\n", ran, passed, skipped);
  EXPECT_GT(ran, 0);
}

}  // namespace
}  // namespace sidewatch::alerts::rules::unittest
