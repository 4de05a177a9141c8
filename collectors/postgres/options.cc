#include "collectors/postgres/options.h"

#include <algorithm>

#include <fmt/format.h>

#include "collectors/postgres/query_options.h"
#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr int kMostStatements = 5000;  // pg_stat_statements.max by default.
constexpr int kMostTables = 10000;

std::vector<std::string> ViewNames() {
  std::vector<std::string> names;
  for (const View* view : AllViews()) {
    names.emplace_back(view->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool Contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::vector<std::string> ReadViewNames(config::MapReader& target, std::string_view key) {
  std::vector<std::string> names;
  target.Read(key, names);
  const std::vector<std::string> known = ViewNames();
  for (const std::string& name : names) {
    if (!Contains(known, name)) {
      target.ErrorAt(key,
                     fmt::format("no part \"{}\"; there are {}", name, fmt::join(known, ", ")));
    }
  }
  return names;
}

void ReadDatabases(config::MapReader& target, Options& options) {
  const std::optional<config::Node> node = target.Get("databases");
  if (!node || node->is_null()) {
    return;
  }
  if (node->is_list()) {
    config::ReadValue(*node, target.diagnostics(), options.databases);
  } else if (node->is_scalar() && node->text() == "all") {
    options.all_databases = true;
  } else {
    target.ErrorAt("databases",
                   fmt::format("expected a list of databases or all, got {}", node->Describe()));
  }
}

/// A bound between 1 and `most`.
void ReadLimit(config::MapReader& target, std::string_view key, int most, int& limit) {
  if (target.Read(key, limit) && (limit < 1 || limit > most)) {
    target.ErrorAt(key, fmt::format("must be between 1 and {}", most));
  }
}

}  // namespace

Options ReadOptions(config::MapReader& target) {
  Options options;
  target.ReadSecret("dsn", options.dsn);
  ReadDatabases(target, options);
  target.Read("exclude_databases", options.exclude_databases);
  const std::vector<std::string> enable = ReadViewNames(target, "enable");
  const std::vector<std::string> disable = ReadViewNames(target, "disable");
  for (const View* view : AllViews()) {
    const bool wanted = view->on_by_default || Contains(enable, view->name);
    if (wanted && !Contains(disable, view->name)) {
      options.views.push_back(view);
    }
  }
  ReadLimit(target, "statements_limit", kMostStatements, options.limits.statements);
  ReadLimit(target, "tables_limit", kMostTables, options.limits.tables);
  options.queries =
      ReadQueries(target,
                  {.views = options.views,
                   .several_databases = options.all_databases || !options.databases.empty()});
  return options;
}

}  // namespace sidewatch::postgres
