#include <chrono>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "exporter/app/answer_text.h"
#include "exporter/app/api_client.h"
#include "exporter/app/commands/command.h"
#include "exporter/base/clock.h"
#include "exporter/base/duration.h"

namespace sidewatch::app {
namespace {

using ToText = std::string (*)(const nlohmann::ordered_json& data);

constexpr int kFailedExit = 1;

struct ServerOptions {
  std::string url = "http://localhost:9847";
  std::string output = "table";
};

struct QueryOptions {
  ServerOptions server;
  std::string expression;
  std::string time;
};

struct RangeOptions {
  ServerOptions server;
  std::string expression;
  std::string start;
  std::string end;
  std::string last = "1h";
  std::string step;
};

void AddServerOptions(CLI::App& command, ServerOptions& options) {
  command.add_option("--url", options.url, "Where the server answers")->capture_default_str();
  command.add_option("--output", options.output, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

int Ask(const ServerOptions& options,
        std::string_view path,
        const ApiClient::Parameters& parameters,
        ToText to_text) {
  const auto data = ApiClient(options.url).Get(path, parameters);
  if (!data) {
    fmt::print(stderr, "sidewatch: {}\n", data.error().message);
    return kFailedExit;
  }
  fmt::print("{}", options.output == "json" ? data->dump(2) + "\n" : to_text(*data));
  return 0;
}

int Query(const QueryOptions& options) {
  ApiClient::Parameters parameters = {{"query", options.expression}};
  if (!options.time.empty()) {
    parameters.emplace_back("time", options.time);
  }
  return Ask(options.server, "query", parameters, &QueryText);
}

/// What `--start`, `--end` and `--step` are without a word: the last hour in about 60 steps.
Result<ApiClient::Parameters> RangeParameters(const RangeOptions& options) {
  constexpr int kSteps = 60;
  const auto last = ParseDuration(options.last);
  if (!last) {
    return FailWith("--last", last.error());
  }
  const double now = ToUnixSeconds(SystemClock().Now());
  const double span = std::chrono::duration<double>(*last).count();
  return ApiClient::Parameters{
      {"query", options.expression},
      {"start", options.start.empty() ? fmt::format("{:.3f}", now - span) : options.start},
      {"end", options.end.empty() ? fmt::format("{:.3f}", now) : options.end},
      {"step", options.step.empty() ? fmt::format("{:.3f}", span / kSteps) : options.step}};
}

int QueryRange(const RangeOptions& options) {
  const auto parameters = RangeParameters(options);
  if (!parameters) {
    fmt::print(stderr, "sidewatch: {}\n", parameters.error().message);
    return kUsageExit;
  }
  return Ask(options.server, "query_range", *parameters, &QueryText);
}

void AddRange(CLI::App& query, Action& action) {
  CLI::App* range = query.add_subcommand("range", "Evaluate over a span of time");
  const auto options = std::make_shared<RangeOptions>();
  AddServerOptions(*range, options->server);
  range->add_option("EXPR", options->expression, "A PromQL expression")->required();
  range->add_option("--last", options->last, "How far back, if there is no --start")
      ->capture_default_str();
  range->add_option("--start", options->start, "Unix seconds or RFC 3339");
  range->add_option("--end", options->end, "Unix seconds or RFC 3339 (now)");
  range->add_option("--step", options->step, "Seconds or a duration (a 60th of --last)");
  range->callback([options, &action] {
    action = [options] {
      return QueryRange(*options);
    };
  });
}

}  // namespace

void AddQueryCommand(CLI::App& program, Action& action) {
  CLI::App* query = program.add_subcommand("query", "Ask a running server for a PromQL expression");
  const auto options = std::make_shared<QueryOptions>();
  AddServerOptions(*query, options->server);
  CLI::Option* expression = query->add_option("EXPR", options->expression, "A PromQL expression");
  query->add_option("--time", options->time, "Unix seconds or RFC 3339 (now)");
  AddRange(*query, action);
  query->callback([query, expression, options, &action] {
    if (!query->get_subcommands().empty()) {
      return;
    }
    if (expression->count() == 0) {
      throw CLI::RequiredError("EXPR");  // As CLI11 itself says it.
    }
    action = [options] {
      return Query(*options);
    };
  });
}

void AddAlertsCommand(CLI::App& program, Action& action) {
  CLI::App* alerts =
      program.add_subcommand("alerts", "Firing and pending alerts of a running server");
  const auto options = std::make_shared<ServerOptions>();
  AddServerOptions(*alerts, *options);
  alerts->callback([options, &action] {
    action = [options] {
      return Ask(*options, "alerts", {}, &AlertsText);
    };
  });
}

}  // namespace sidewatch::app
