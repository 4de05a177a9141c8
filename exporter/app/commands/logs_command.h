#pragma once

#include "exporter/app/commands/command.h"

namespace sidewatch::app {

/// `logs test`.
void AddLogsCommand(CLI::App& program, Action& action);

}  // namespace sidewatch::app
