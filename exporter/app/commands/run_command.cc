#include <memory>
#include <string>

#include <fmt/format.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/flags.h"
#include "exporter/app/run.h"
#include "exporter/base/duration.h"

namespace sidewatch::app {
namespace {

struct RunOptions {
  RunFlags flags;
  std::string retention;
  std::string log_level = "info";
  std::string log_format = "logfmt";
};

Status RunWith(RunOptions& options) {
  if (!options.retention.empty()) {
    auto retention = ParseDuration(options.retention);
    if (!retention) {
      return FailWith("--storage.retention", retention.error());
    }
    options.flags.retention = *retention;
  }
  SW_TRY_ASSIGN(options.flags.log_level, ParseLogLevel(options.log_level));
  SW_TRY_ASSIGN(options.flags.log_format, ParseLogFormat(options.log_format));
  return Run(options.flags);
}

void AddWebOptions(CLI::App& run, RunFlags& flags) {
  run.add_option(
         "--web.listen-address", flags.listen_address, "Where to listen: host:port or :port")
      ->capture_default_str();
  run.add_option("--web.config.file",
                 flags.web_config_file,
                 "TLS, users and headers, in exporter-toolkit's shape");
  run.add_option("--web.external-url",
                 flags.external_url,
                 "How people reach this port, for links in messages");
  run.add_option("--web.allow-writes-from",
                 flags.allow_writes_from,
                 "Networks besides loopback that may change state (CIDR,…)")
      ->delimiter(',');
  run.add_flag("--web.read-only-data",
               flags.read_only_data,
               "Only answer over what state.db holds: nothing is collected, judged, sent, appended "
               "or deleted");
}

}  // namespace

void AddRunCommand(CLI::App& program, Action& action) {
  CLI::App* run = program.add_subcommand("run", "Collect, serve, judge and notify until stopped");
  const auto options = std::make_shared<RunOptions>();
  RunFlags& flags = options->flags;
  run->add_option("--config.file",
                  flags.config_file,
                  "Configuration (none: host, itself and what the environment names)");
  AddWebOptions(*run, flags);
  run->add_option("--storage.path", flags.storage_path, "Folder of state.db")
      ->capture_default_str();
  run->add_option("--storage.retention",
                  options->retention,
                  "How long samples are kept, instead of the configuration's storage.retention; 0: "
                  "nothing is ever deleted");
  run->add_option("--enable-feature", flags.features, "Optional features, as Prometheus names them")
      ->delimiter(',');
  run->add_option("--log.level", options->log_level, "debug, info, warn or error")
      ->capture_default_str();
  run->add_option("--log.format", options->log_format, "logfmt or json")->capture_default_str();
  run->callback([options, &action] {
    action = [options] {
      const Status ended = RunWith(*options);
      if (!ended) {
        fmt::print(stderr, "sidewatch: {}\n", ended.error().message);
      }
      return ended ? 0 : kUsageExit;
    };
  });
}

}  // namespace sidewatch::app
