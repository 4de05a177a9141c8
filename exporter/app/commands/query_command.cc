#include <chrono>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "exporter/app/answer_text.h"
#include "exporter/app/commands/command.h"
#include "exporter/app/commands/server_options.h"
#include "exporter/base/clock.h"
#include "exporter/base/duration.h"

namespace sidewatch::app {
namespace {

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

}  // namespace sidewatch::app
