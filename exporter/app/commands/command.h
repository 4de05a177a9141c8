#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace sidewatch::app {

/// The exit code for what a user has to mend: flags, configuration, port, folder.
constexpr int kUsageExit = 2;

/// What the command line asks for; returns the exit code.
using Action = std::function<int()>;

/// Adds one subcommand with its options to `program`. Parsing a line that names it sets `action`,
/// which outlives the parse.
using AddCommand = void (*)(CLI::App& program, Action& action);

void AddRunCommand(CLI::App& program, Action& action);
void AddCheckCommand(CLI::App& program, Action& action);
void AddBackupCommand(CLI::App& program, Action& action);
void AddConfigCommand(CLI::App& program, Action& action);
void AddCertCommand(CLI::App& program, Action& action);
void AddMetricsCommand(CLI::App& program, Action& action);
void AddQueryCommand(CLI::App& program, Action& action);
void AddAlertsCommand(CLI::App& program, Action& action);
void AddSilenceCommand(CLI::App& program, Action& action);
void AddNotifyCommand(CLI::App& program, Action& action);
void AddTsdbImportCommand(CLI::App& program, Action& action);
void AddTsdbLookCommands(CLI::App& program, Action& action);
void AddRulesCommand(CLI::App& program, Action& action);
void AddVersionCommand(CLI::App& program, Action& action);

/// The subcommand `name` under `program`, e.g. `tsdb`, under which several files put theirs.
CLI::App& CommandGroup(CLI::App& program, const char* name, const char* summary);

}  // namespace sidewatch::app
