#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"datname"};

// The peer's names end in `_seconds`; the values are transactions.
constexpr ColumnMetric kMetrics[] = {
    {"age_datfrozenxid",
     Gauge("pg_database_wraparound_age_datfrozenxid_seconds",
           kLabels,
           "age(pg_database.datfrozenxid)",
           "Transactions since the oldest row of the database was frozen.")},
    {"age_datminmxid",
     Gauge("pg_database_wraparound_age_datminmxid_seconds",
           kLabels,
           "mxid_age(pg_database.datminmxid)",
           "Multixacts since the oldest one of the database was replaced.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 90500, .sql = R"(
SELECT datname, age(datfrozenxid) AS age_datfrozenxid, mxid_age(datminmxid) AS age_datminmxid
  FROM pg_catalog.pg_database WHERE datallowconn)"}};

}  // namespace

constinit const View kWraparoundView = {
    .name = "database_wraparound", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
