#include <CLI/CLI.hpp>

#include "exporter/app/commands/command.h"
#include "exporter/app/commands/logs_command.h"

namespace sidewatch::app {
namespace {

// In the order of `--help`.
constexpr AddCommand kCommands[] = {
    &AddRunCommand,
    &AddCheckCommand,
    &AddConfigCommand,
    &AddRulesCommand,
    &AddQueryCommand,
    &AddAlertsCommand,
    &AddSilenceCommand,
    &AddNotifyCommand,
    &AddBackupCommand,
    &AddCertCommand,
    &AddLogsCommand,
    &AddMetricsCommand,
    &AddTsdbImportCommand,
    &AddTsdbLookCommands,
    &AddVersionCommand,
};

int Main(int argc, char** argv) {
  CLI::App program("sidewatch: collects, stores, judges and tells, beside your application");
  program.require_subcommand(1);
  Action action;
  for (const AddCommand add : kCommands) {
    add(program, action);
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : kUsageExit;
  }
  return action();
}

}  // namespace
}  // namespace sidewatch::app

int main(int argc, char** argv) {
  return sidewatch::app::Main(argc, argv);
}
