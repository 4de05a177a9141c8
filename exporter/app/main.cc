#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "exporter/app/config_check.h"
#include "exporter/app/flags.h"
#include "exporter/app/run.h"
#include "exporter/app/version.h"

namespace sidewatch::app {
namespace {

// The exit code for what a user has to mend: flags, configuration, port, folder.
constexpr int kUsageExit = 2;

struct RunOptions {
  RunFlags flags;
  std::string log_level = "info";
  std::string log_format = "logfmt";
};

void AddRun(CLI::App& program, RunOptions& options) {
  CLI::App* run = program.add_subcommand("run", "Collect, serve, judge and notify until stopped");
  RunFlags& flags = options.flags;
  run->add_option("--config.file",
                  flags.config_file,
                  "Configuration (none: host, itself and what the environment names)");
  run->add_option(
         "--web.listen-address", flags.listen_address, "Where to listen: host:port or :port")
      ->capture_default_str();
  run->add_option("--web.config.file",
                  flags.web_config_file,
                  "TLS, users and headers, in exporter-toolkit's shape");
  run->add_option("--web.external-url",
                  flags.external_url,
                  "How people reach this port, for links in messages");
  run->add_option("--web.allow-writes-from",
                  flags.allow_writes_from,
                  "Networks besides loopback that may change state (CIDR,…)")
      ->delimiter(',');
  run->add_option("--storage.path", flags.storage_path, "Folder of state.db")
      ->capture_default_str();
  run->add_option("--enable-feature", flags.features, "Optional features, as Prometheus names them")
      ->delimiter(',');
  run->add_option("--log.level", options.log_level, "debug, info, warn or error")
      ->capture_default_str();
  run->add_option("--log.format", options.log_format, "logfmt or json")->capture_default_str();
}

int Refuse(const std::string& why) {
  fmt::print(stderr, "sidewatch: {}\n", why);
  return kUsageExit;
}

int RunCommand(RunOptions& options) {
  const Result<LogLevel> level = ParseLogLevel(options.log_level);
  if (!level) {
    return Refuse(level.error().message);
  }
  const Result<LogFormat> format = ParseLogFormat(options.log_format);
  if (!format) {
    return Refuse(format.error().message);
  }
  options.flags.log_level = *level;
  options.flags.log_format = *format;
  const Status ended = Run(options.flags);
  return ended ? 0 : Refuse(ended.error().message);
}

int ConfigCheckCommand(const std::string& path) {
  const Status checked = CheckConfig(path);
  if (!checked) {
    fmt::print(stderr, "{}\n", checked.error().message);
    return kUsageExit;
  }
  fmt::print("{}: good\n", path);
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App program("sidewatch: collects, stores, judges and tells, beside your application");
  program.require_subcommand(1);
  RunOptions run;
  AddRun(program, run);
  CLI::App* config = program.add_subcommand("config", "Work with a configuration file");
  config->require_subcommand(1);
  CLI::App* check =
      config->add_subcommand("check", "Print every error of a file, or that it is good");
  std::string config_path;
  check->add_option("FILE", config_path, "The file")->required();
  CLI::App* version = program.add_subcommand("version", "Print the version");

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : kUsageExit;
  }
  if (version->parsed()) {
    fmt::print("sidewatch {} ({})\n", kVersion, kRevision);
    return 0;
  }
  return check->parsed() ? ConfigCheckCommand(config_path) : RunCommand(run);
}

}  // namespace
}  // namespace sidewatch::app

int main(int argc, char** argv) {
  return sidewatch::app::Main(argc, argv);
}
