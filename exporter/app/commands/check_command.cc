#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "exporter/app/check.h"
#include "exporter/app/check_report.h"
#include "exporter/app/commands/command.h"

namespace sidewatch::app {
namespace {

struct CheckOptions {
  std::string config_file;
  std::string output = "table";
};

void ShowProgress(const std::vector<std::string>& waiting) {
  if (isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr, "waiting for {}\n", fmt::join(waiting, ", "));
  }
}

int Check(const CheckOptions& options) {
  // A server that hangs up is that target's failure, not the end of the check.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast): the macro has the cast in it.
  std::signal(SIGPIPE, SIG_IGN);
  static const SystemClock kClock;  // Outlives a collector that hangs at the end.
  Result<std::unique_ptr<CheckSession>> session = CheckSession::Create(options.config_file, kClock);
  if (!session) {
    fmt::print("sidewatch UNKNOWN: the configuration cannot be read\n");
    fmt::print(stderr, "{}\n", session.error().message);
    return static_cast<int>(Verdict::kUnknown);
  }
  const CheckReport report = (*session)->Run(&ShowProgress);
  fmt::print("{}", options.output == "json" ? CheckJson(report) : CheckText(report));
  const int exit_code = static_cast<int>(Judge(report));
  if (!(*session)->Stop()) {
    std::fflush(stdout);
    std::_Exit(exit_code);  // The thread that hangs uses what the session holds.
  }
  return exit_code;
}

}  // namespace

void AddCheckCommand(CLI::App& program, Action& action) {
  CLI::App* check = program.add_subcommand(
      "check", "Look at everything once: exit 0 ok, 1 warning, 2 critical, 3 unknown");
  const auto options = std::make_shared<CheckOptions>();
  check->add_option("--config.file",
                    options->config_file,
                    "Configuration (none: host, itself and what the environment names)");
  check->add_option("--output", options->output, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  check->callback([options, &action] {
    action = [options] {
      return Check(*options);
    };
  });
}

}  // namespace sidewatch::app
