#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/postgres/user_query.h"
#include "collectors/postgres/view.h"
#include "exporter/config/reader.h"

namespace sidewatch::postgres {

/// What the configuration says about one target.
struct Options {
  config::SecretSource dsn;
  bool all_databases = false;
  std::vector<std::string> databases;  ///< Empty: the dsn's.
  std::vector<std::string> exclude_databases;
  std::vector<const View*> views;
  Limits limits;
  std::vector<UserQuery> queries;
};

/// Reads the target's keys; mistakes go to the reader's diagnostics.
Options ReadOptions(config::MapReader& target);

}  // namespace sidewatch::postgres
