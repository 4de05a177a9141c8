#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"rolname"};

constexpr ColumnMetric kMetrics[] = {
    {"connection_limit",
     Gauge("pg_roles_connection_limit",
           kLabels,
           "pg_roles.rolconnlimit",
           "Connections that the role may open at once, -1 for any number.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {
    {.min_version = 80100,
     .sql = "SELECT rolname, rolconnlimit AS connection_limit FROM pg_catalog.pg_roles"}};

}  // namespace

constinit const View kRolesView = {.name = "roles", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
