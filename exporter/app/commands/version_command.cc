#include <fmt/format.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/version.h"

namespace sidewatch::app {

void AddVersionCommand(CLI::App& program, Action& action) {
  program.add_subcommand("version", "Print the version")->callback([&action] {
    action = [] {
      fmt::print("sidewatch {} ({})\n", kVersion, kRevision);
      return 0;
    };
  });
}

}  // namespace sidewatch::app
