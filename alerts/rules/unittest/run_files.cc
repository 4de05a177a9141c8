#include "alerts/rules/unittest/run_files.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <re2/re2.h>

#include "alerts/rules/unittest/test_file.h"
#include "exporter/base/glob.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

using Errors = std::vector<std::string>;

class Runner {
 public:
  Runner(const TestOptions& options, const RE2* run, const Clock& clock, const Output& output)
      : options_(options), run_(run), clock_(clock), output_(output) {}

  /// All that fails in a file.
  Errors RunFile(const std::string& path, JUnitSuite& suite);

 private:
  Errors RunTests(const TestFile& file, const std::string& path, JUnitSuite& suite);
  std::vector<std::string> RuleFiles(const TestFile& file, const std::string& path) const;
  std::vector<GroupConfig> LoadGroups(const TestFile& file,
                                      const std::string& path,
                                      config::Diagnostics& diagnostics) const;

  const TestOptions& options_;
  const RE2* run_;
  const Clock& clock_;
  const Output& output_;
};

Status CheckOrder(const std::vector<std::string>& order) {
  for (auto name = order.begin(); name != order.end(); ++name) {
    if (std::find(order.begin(), name, *name) != name) {
      return Fail(
          ErrorCode::kInvalidArgument, "group name repeated in evaluation order: {}", *name);
    }
  }
  return {};
}

std::vector<std::string> Runner::RuleFiles(const TestFile& file, const std::string& path) const {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::vector<std::string> files;
  for (const std::string& name : file.rule_files) {
    const std::string pattern = (folder / name).lexically_normal().string();
    const std::vector<std::string> found = Glob(pattern);
    if (found.empty()) {
      output_.err(fmt::format("  WARNING: no file match pattern {}\n", pattern));
    }
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

/// All groups in the order of evaluation: those that the test file orders, then the others.
std::vector<GroupConfig> Runner::LoadGroups(const TestFile& file,
                                            const std::string& path,
                                            config::Diagnostics& diagnostics) const {
  std::vector<GroupConfig> groups;
  for (const std::string& name : RuleFiles(file, path)) {
    for (GroupConfig& group : LoadRuleFile(name, options_.load, diagnostics)) {
      groups.push_back(std::move(group));
    }
  }
  std::ranges::stable_sort(groups, {}, [&](const GroupConfig& group) {
    return std::ranges::find(file.group_eval_order, group.name) - file.group_eval_order.begin();
  });
  return groups;
}

Errors Runner::RunTests(const TestFile& file, const std::string& path, JUnitSuite& suite) {
  config::Diagnostics diagnostics;
  const std::vector<GroupConfig> groups = LoadGroups(file, path, diagnostics);
  const Errors unusable(diagnostics.errors().begin(), diagnostics.errors().end());
  const RunSettings settings{
      .evaluation_interval = file.evaluation_interval,
      .precision = file.fuzzy_compare ? Precision::kFuzzy : Precision::kExact,
      .report = options_.report,
      .parser = options_.load.parser};
  Errors errors;
  for (std::size_t i = 0; i < file.tests.size(); ++i) {
    const TestGroup& test = file.tests[i];
    if (run_ != nullptr && !RE2::PartialMatch(test.name, *run_)) {
      continue;
    }
    Errors failures = diagnostics.ok() ? GroupRun(test, groups, settings).Run() : unusable;
    errors.insert(errors.end(), failures.begin(), failures.end());
    suite.cases.push_back({.name = test.name.empty() ? fmt::format("unnamed#{}", i) : test.name,
                           .failures = std::move(failures)});
  }
  return errors;
}

Errors Runner::RunFile(const std::string& path, JUnitSuite& suite) {
  constexpr std::size_t kToSeconds = std::string_view("2026-01-02T03:04:05").size();
  suite = {.name = path, .timestamp = FormatRfc3339(clock_.Now()).substr(0, kToSeconds)};
  output_.out(fmt::format("Unit Testing:  {}\n", path));
  const Result<TestFile> file = LoadTestFile(path);
  const Status usable = file ? CheckOrder(file->group_eval_order) : Status(Fail(file.error()));
  if (!usable) {
    suite.cases.push_back({.name = "unknown", .error = usable.error().message});
    return {usable.error().message};
  }
  return RunTests(*file, path, suite);
}

}  // namespace

Result<TestOutcome> RunTestFiles(const std::vector<std::string>& files,
                                 const TestOptions& options,
                                 const Clock& clock,
                                 const Output& output) {
  std::optional<RE2> run;
  if (!options.run.empty()) {
    run.emplace(fmt::format("{}", fmt::join(options.run, "|")), RE2::Quiet);
    if (!run->ok()) {
      return Fail(ErrorCode::kInvalidArgument, "--run {}: {}", run->pattern(), run->error());
    }
  }
  Runner runner(options, run ? &*run : nullptr, clock, output);
  TestOutcome outcome;
  for (const std::string& path : files) {
    const Errors errors = runner.RunFile(path, outcome.suites.emplace_back());
    if (errors.empty()) {
      output.out("  SUCCESS\n");
    } else {
      output.err("  FAILED:\n");
      outcome.passed = false;
    }
    for (const std::string& error : errors) {
      output.err(error + "\n");
      output.out("\n");
    }
    output.out("\n");
  }
  return outcome;
}

}  // namespace sidewatch::alerts::rules::unittest
