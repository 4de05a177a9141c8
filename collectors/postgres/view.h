#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/postgres/rows.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::postgres {

/// The query of servers from `min_version` on (as `server_version_num`: 150004) up to the next row.
///
/// Shape: the result has a column for each label and each value, by name; what a release does not
/// have is left out and gives no sample.
struct VersionedQuery {
  int min_version = 0;
  std::string_view sql;
};

/// A metric and the result column that holds its value.
struct ColumnMetric {
  std::string_view column;
  MetricDescriptor metric;
};

enum class Scope {
  kServer,    ///< The same from every database: asked once.
  kDatabase,  ///< Only about the database of the connection: asked in each.
};

struct View;

/// What a reader may need besides the rows.
struct ReadContext {
  std::string_view server;  ///< `host:port`, the value of the label `server`.
};

using ReadRows = void (*)(const View& view,
                          const Rows& rows,
                          const ReadContext& context,
                          scrape::SampleSink& sink);

/// The common reader: a sample for each row and metric whose cell is not NULL.
void ReadColumns(const View& view,
                 const Rows& rows,
                 const ReadContext& context,
                 scrape::SampleSink& sink);

/// One part of what PostgreSQL tells about itself: a query and what its columns mean.
struct View {
  std::string_view name;  ///< In `pg_scrape_collector_success{collector}` and the target's keys.
  Scope scope = Scope::kServer;
  bool on_by_default = true;
  std::string_view extension = {};          ///< Asked only where it is installed.
  std::span<const VersionedQuery> queries;  ///< By rising version.
  std::span<const ColumnMetric> metrics;
  ReadRows read = &ReadColumns;
};

/// How many rows the parts show that have one for each statement, table or index.
struct Limits {
  int statements = 100;
  int tables = 500;
};

/// The query that `view` has for this server, empty if there is none.
std::string_view QueryFor(const View& view, int server_version);

/// `sql` with numbers in the place of `:statements` and `:tables`.
std::string WithLimits(std::string_view sql, const Limits& limits);

constexpr std::string_view kPeer = "postgres_exporter";

constexpr MetricDescriptor Gauge(std::string_view name,
                                 std::span<const std::string_view> labels,
                                 std::string_view source,
                                 std::string_view help) {
  return {.name = name,
          .type = MetricType::kGauge,
          .labels = labels,
          .help = help,
          .source = source,
          .peer = kPeer};
}

constexpr MetricDescriptor Counter(std::string_view name,
                                   std::span<const std::string_view> labels,
                                   std::string_view source,
                                   std::string_view help) {
  MetricDescriptor row = Gauge(name, labels, source, help);
  row.type = MetricType::kCounter;
  return row;
}

/// A gauge that no exporter has.
constexpr MetricDescriptor OwnGauge(std::string_view name,
                                    std::span<const std::string_view> labels,
                                    std::string_view source,
                                    std::string_view help) {
  MetricDescriptor row = Gauge(name, labels, source, help);
  row.peer = {};
  return row;
}

constexpr bool ColumnsAreSound(std::span<const ColumnMetric> rows) {
  for (const ColumnMetric& row : rows) {
    if (row.column.empty() || !DescriptorsAreSound({&row.metric, 1})) {
      return false;
    }
  }
  return true;
}

}  // namespace sidewatch::postgres
