#include "exporter/app/commands/server_options.h"

#include <cstdlib>

#include <fmt/format.h>

namespace sidewatch::app {

void AddServerOptions(CLI::App& command, ServerOptions& options) {
  command.add_option("--url", options.url, "Where the server answers")->capture_default_str();
  command.add_option("--output", options.output, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

int Show(const ServerOptions& options, const Result<nlohmann::ordered_json>& data, ToText to_text) {
  if (!data) {
    fmt::print(stderr, "sidewatch: {}\n", data.error().message);
    return kFailedExit;
  }
  fmt::print("{}", options.output == "json" ? data->dump(2) + "\n" : to_text(*data));
  return 0;
}

int Ask(const ServerOptions& options,
        std::string_view path,
        const ApiClient::Parameters& parameters,
        ToText to_text) {
  return Show(options, ApiClient(options.url).Get(path, parameters), to_text);
}

std::string UserName() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the command line has one thread.
  const char* user = std::getenv("USER");
  return user == nullptr ? "" : user;
}

}  // namespace sidewatch::app
