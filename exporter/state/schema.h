#pragma once

#include "exporter/base/result.h"
#include "exporter/state/sqlite.h"

namespace sidewatch::state {

/// Brings the tables to the version of this program, all steps in one transaction.
///
/// Errors: kProtocol if a newer program wrote the file.
Status MigrateSchema(Connection& connection, std::string_view path);

}  // namespace sidewatch::state
