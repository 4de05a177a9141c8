#include "exporter/app/commands/command.h"

namespace sidewatch::app {

CLI::App& CommandGroup(CLI::App& program, const char* name, const char* summary) {
  const auto existing = program.get_subcommands(
      [name](const CLI::App* command) { return command->check_name(name); });
  if (!existing.empty()) {
    return *existing.front();
  }
  CLI::App* group = program.add_subcommand(name, summary);
  group->require_subcommand(1);
  return *group;
}

}  // namespace sidewatch::app
