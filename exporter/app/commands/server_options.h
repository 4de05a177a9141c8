#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exporter/app/api_client.h"

namespace sidewatch::app {

/// The exit code when a server is not there or refuses.
constexpr int kFailedExit = 1;

/// Which running server is asked, and how its answer is shown.
struct ServerOptions {
  std::string url = "http://localhost:9847";
  std::string output = "table";
};

/// Adds `--url` and `--output`.
void AddServerOptions(CLI::App& command, ServerOptions& options);

/// The `data` of an answer as a table.
using ToText = std::string (*)(const nlohmann::ordered_json& data);

/// Prints an answer or what went wrong; gives the exit code.
int Show(const ServerOptions& options, const Result<nlohmann::ordered_json>& data, ToText to_text);

/// Asks `/api/v1/PATH` and prints the answer; gives the exit code.
int Ask(const ServerOptions& options,
        std::string_view path,
        const ApiClient::Parameters& parameters,
        ToText to_text);

/// Whose name stands in audit trails if none is given: `$USER`.
std::string UserName();

}  // namespace sidewatch::app
