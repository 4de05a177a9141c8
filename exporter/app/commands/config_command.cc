#include <memory>
#include <string>

#include <fmt/format.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/config_check.h"

namespace sidewatch::app {
namespace {

int CheckFile(const std::string& path) {
  const Status checked = CheckConfig(path);
  if (!checked) {
    fmt::print(stderr, "{}\n", checked.error().message);
    return kUsageExit;
  }
  fmt::print("{}: good\n", path);
  return 0;
}

}  // namespace

void AddConfigCommand(CLI::App& program, Action& action) {
  CLI::App* check = CommandGroup(program, "config", "Work with a configuration file")
                        .add_subcommand("check", "Print every error of a file, or that it is good");
  const auto path = std::make_shared<std::string>();
  CLI::Option_group* file = check->add_option_group("file", "The file, in either way");
  file->add_option("FILE", *path, "The file");
  file->add_option("--config.file", *path, "The same, as the other commands have it");
  file->require_option(1);
  check->callback([path, &action] {
    action = [path] {
      return CheckFile(*path);
    };
  });
}

}  // namespace sidewatch::app
