#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alerts/rules/unittest/check_files.h"
#include "alerts/rules/unittest/run_files.h"
#include "exporter/app/commands/command.h"
#include "exporter/app/features.h"
#include "exporter/base/clock.h"

namespace sidewatch::app {
namespace {

namespace unittest = alerts::rules::unittest;

// As promtool ends.
constexpr int kFailedExit = 1;
constexpr int kLintExit = 3;

struct LoadFlags {
  std::vector<std::string> features;
  bool ignore_unknown_fields = false;
};

struct CheckFlags {
  LoadFlags load;
  std::vector<std::string> files;
  std::string lint = "duplicate-rules";
  bool lint_fatal = false;
};

struct TestFlags {
  LoadFlags load;
  std::vector<std::string> files;
  std::vector<std::string> run;
  bool diff = false;
  std::string junit;
};

const unittest::Output& Terminal() {
  static const unittest::Output kTerminal{.out =
                                              [](std::string_view text) {
                                                fmt::print("{}", text);
                                                std::fflush(stdout);
                                              },
                                          .err =
                                              [](std::string_view text) {
                                                fmt::print(stderr, "{}", text);
                                              }};
  return kTerminal;
}

int Complain(const Error& error) {
  fmt::print(stderr, "sidewatch: {}\n", error.message);
  return kUsageExit;
}

Result<alerts::rules::LoadOptions> OptionsOf(const LoadFlags& flags) {
  promql::EngineOptions engine;
  SW_TRY(EnableFeatures(flags.features, engine));
  return alerts::rules::LoadOptions{.parser = engine.parser,
                                    .ignore_unknown_fields = flags.ignore_unknown_fields};
}

int Check(const CheckFlags& flags) {
  const auto load = OptionsOf(flags.load);
  if (!load) {
    return Complain(load.error());
  }
  const unittest::CheckOptions options{.load = *load, .duplicate_rules = flags.lint != "none"};
  unittest::CheckOutcome outcome;
  if (flags.files.empty()) {
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    outcome = unittest::CheckRuleText(text, "standard input", options, Terminal());
  } else {
    outcome = unittest::CheckRuleFiles(flags.files, options, Terminal());
  }
  if (outcome.errors) {
    return kFailedExit;
  }
  return outcome.lint && flags.lint_fatal ? kLintExit : 0;
}

int Test(const TestFlags& flags) {
  const auto load = OptionsOf(flags.load);
  if (!load) {
    return Complain(load.error());
  }
  const unittest::TestOptions options{
      .run = flags.run,
      .report = flags.diff ? unittest::Report::kDiff : unittest::Report::kExpectedAndGot,
      .load = *load};
  const auto outcome = unittest::RunTestFiles(flags.files, options, SystemClock(), Terminal());
  if (!outcome) {
    return Complain(outcome.error());
  }
  if (!flags.junit.empty()) {
    std::ofstream file(flags.junit);
    file << unittest::JUnitXml(outcome->suites);
    if (!file.flush()) {
      return Complain({ErrorCode::kUnavailable, "--junit " + flags.junit + ": cannot be written"});
    }
  }
  return outcome->passed ? 0 : kFailedExit;
}

void AddLoadFlags(CLI::App& command, LoadFlags& flags) {
  command
      .add_option("--enable-feature",
                  flags.features,
                  "Experimental parts of PromQL, as Prometheus has them")
      ->delimiter(',');
  command.add_flag("--ignore-unknown-fields",
                   flags.ignore_unknown_fields,
                   "Keys of rule files that nobody knows are no errors");
}

void AddCheck(CLI::App& rules, Action& action) {
  CLI::App* check = rules.add_subcommand("check", "Check rule files, as promtool does");
  const auto flags = std::make_shared<CheckFlags>();
  AddLoadFlags(*check, flags->load);
  check->add_option("FILE", flags->files, "Rule files; none: standard input");
  check->add_option("--lint", flags->lint, "all, duplicate-rules or none")
      ->check(CLI::IsMember({"all", "duplicate-rules", "none"}))
      ->capture_default_str();
  check->add_flag("--lint-fatal", flags->lint_fatal, "Lint errors end with exit code 3");
  check->callback([flags, &action] {
    action = [flags] {
      return Check(*flags);
    };
  });
}

void AddTest(CLI::App& rules, Action& action) {
  CLI::App* test = rules.add_subcommand("test", "Run unit tests of rules, as promtool does");
  const auto flags = std::make_shared<TestFlags>();
  AddLoadFlags(*test, flags->load);
  test->add_option("FILE", flags->files, "Unit-test files")->required();
  test->add_option("--run", flags->run, "Only tests whose name this regular expression finds")
      ->allow_extra_args(false);
  test->add_flag("--diff", flags->diff, "Show alerts that differ as one coloured text");
  test->add_option("--junit", flags->junit, "Also write the results as JUnit XML to this file");
  test->callback([flags, &action] {
    action = [flags] {
      return Test(*flags);
    };
  });
}

}  // namespace

void AddRulesCommand(CLI::App& program, Action& action) {
  CLI::App& rules = CommandGroup(program, "rules", "Check and test Prometheus rule files");
  AddCheck(rules, action);
  AddTest(rules, action);
}

}  // namespace sidewatch::app
