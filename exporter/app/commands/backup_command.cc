#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "collectors/backups/verification.h"
#include "exporter/app/commands/command.h"

namespace sidewatch::app {
namespace {

/// True if it is whole.
bool VerifyFile(const std::string& path) {
  const auto verification = backups::StartVerification(path);
  const auto verdict = verification->Continue([] { return false; });
  const bool good = verdict->finding == backups::Finding::kGood;
  fmt::print(good ? stdout : stderr,
             "{}: {}: {}\n",
             path,
             backups::FindingName(verdict->finding),
             verdict->what);
  return good;
}

}  // namespace

void AddBackupCommand(CLI::App& program, Action& action) {
  CLI::App* verify =
      CommandGroup(program, "backup", "Work with backups")
          .add_subcommand(
              "verify",
              "Read backups to their end: PostgreSQL dumps, archives, compressed files; "
              "1 if one is damaged or of no known format");
  const auto paths = std::make_shared<std::vector<std::string>>();
  verify->add_option("FILE", *paths, "Files, or folders that are one backup each")->required();
  verify->callback([paths, &action] {
    action = [paths] {
      bool good = true;
      for (const std::string& path : *paths) {
        good = VerifyFile(path) && good;
      }
      return good ? 0 : 1;
    };
  });
}

}  // namespace sidewatch::app
