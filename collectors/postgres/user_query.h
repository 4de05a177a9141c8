#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/postgres/rows.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/metric.h"

namespace sidewatch::postgres {

/// A column of a user's query that holds a number.
struct QueryValue {
  std::string column;
  std::string metric;

  /// A histogram's column holds an array of upper bounds, and beside it stand the columns
  /// `…_bucket` (an array of counts, each with those below it), `…_sum` and `…_count`.
  MetricType type = MetricType::kGauge;
  std::string help;

  /// The column holds durations as Go writes them, or intervals; the metric is in milliseconds.
  bool duration = false;

  /// What the texts of the column count as. Empty: the column holds numbers, times or switches.
  std::map<std::string, double> mapping;
};

/// SQL of the configuration, and what its columns mean.
struct UserQuery {
  std::string name;
  std::string sql;
  std::vector<std::string> labels;  ///< Columns.
  std::vector<QueryValue> values;
  Duration timeout{};  ///< 0: what the run has left allows.
  Duration cache{};    ///< How long an answer is shown before the query is run again.
  std::size_t max_rows = 100;

  /// In each database whose tables are looked into, not only in the dsn's.
  bool each_database = false;

  /// Its name in `pg_scrape_collector_success{collector}`.
  std::string PartName() const { return "query:" + name; }
};

/// The statement that is sent: only the columns that are asked for, labels cut at 1024 characters,
/// times and intervals as seconds, and at most `max_rows` and a thousand rows, so that a query of a
/// million rows costs neither us nor the network.
std::string BoundedSql(const UserQuery& query);

/// What an answer to BoundedSql says.
struct QueryAnswer {
  std::vector<MetricFamily> families;
  std::uint64_t cut = 0;         ///< Rows left out.
  std::optional<Error> problem;  ///< What could not be shown, the first of it.
};

/// Reads the rows. NULL and what is no number give no sample. `database` becomes the label
/// `datname`; empty: none.
QueryAnswer ReadAnswer(const UserQuery& query, const Rows& rows, std::string_view database);

}  // namespace sidewatch::postgres
