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
  std::string query_timeout = "2m";
  std::string query_lookback_delta = "5m";
  std::string log_level = "info";
  std::string log_format = "logfmt";
};

/// A duration above 0.
Status ReadFlag(std::string_view flag, const std::string& text, Duration& out) {
  const Result<Duration> duration = ParseDuration(text);
  if (!duration) {
    return FailWith(flag, duration.error());
  }
  if (*duration <= Duration(0)) {
    return Fail(ErrorCode::kInvalidArgument, "{}: it must be above 0, not {}", flag, text);
  }
  out = *duration;
  return {};
}

Status RunWith(RunOptions& options) {
  if (!options.retention.empty()) {
    auto retention = ParseDuration(options.retention);
    if (!retention) {
      return FailWith("--storage.retention", retention.error());
    }
    options.flags.retention = *retention;
  }
  SW_TRY(ReadFlag("--query.timeout", options.query_timeout, options.flags.query_timeout));
  SW_TRY(ReadFlag(
      "--query.lookback-delta", options.query_lookback_delta, options.flags.query_lookback_delta));
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

void AddQueryOptions(CLI::App& run, RunOptions& options) {
  run.add_option("--query.timeout", options.query_timeout, "How long a query may wait and take")
      ->capture_default_str();
  run.add_option("--query.max-concurrency",
                 options.flags.query_max_concurrency,
                 "How many queries are evaluated at once; others wait")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  run.add_option("--query.max-samples",
                 options.flags.query_max_samples,
                 "Samples that one query, of a rule too, may hold in memory, up to 32 bytes each")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  run.add_option("--query.lookback-delta",
                 options.query_lookback_delta,
                 "How old a sample may be that a query still takes")
      ->capture_default_str();
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
  AddQueryOptions(*run, *options);
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
