#pragma once

#include <span>
#include <vector>

#include "collectors/postgres/user_query.h"
#include "collectors/postgres/view.h"
#include "exporter/config/reader.h"

namespace sidewatch::postgres {

/// What the readers of `queries:` have to know about the rest of the target.
struct QueryContext {
  std::span<const View* const> views;  ///< Those that are on: their names are taken.
  bool several_databases = false;
};

/// Reads the target's key `queries`: our own list, or the map of postgres_exporter's queries.yaml.
/// Mistakes go to the reader's diagnostics.
std::vector<UserQuery> ReadQueries(config::MapReader& target, const QueryContext& context);

}  // namespace sidewatch::postgres
