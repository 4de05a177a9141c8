#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"server", "short_version", "version"};

constexpr ColumnMetric kMetrics[] = {
    {"present",
     {.name = "pg_static",
      .type = MetricType::kUnknown,
      .labels = kLabels,
      .help = "The server's version in labels; always 1.",
      .source = "version()",
      .peer = kPeer}},
};
static_assert(ColumnsAreSound(kMetrics));

// Since release 10 a version has two numbers; the third keeps the shape that rules know.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT 1 AS present, version() AS version, n / 10000 || '.' || n % 10000 || '.0' AS short_version
  FROM (SELECT current_setting('server_version_num')::int AS n) v)"}};

}  // namespace

constinit const View kStaticView = {.name = "static", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
