// A user's SQL, bounded by the server itself.
//
//   SELECT left(q."state"::text, 1024), CASE pg_typeof(q."count")::oid WHEN 16 THEN … END
//     FROM (SELECT * FROM (
//   the user's SQL
//   ) AS sql OFFSET 0) AS q LIMIT 1100
//
// Columns are told by their place. OFFSET 0 keeps the planner from merging the two levels, which
// would call functions of the user's columns once for each place where we name them. The casts to
// text and back make one expression fit every type.

#include "collectors/postgres/user_query.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "exporter/model/label_set.h"

namespace sidewatch::postgres {

namespace {

constexpr std::size_t kMostLabelCharacters = 1024;

// Rows over the bound that are still fetched, to be counted.
constexpr std::size_t kCountedBeyond = 1000;

// By the type's OID, which is the same in every server: bool, date, timestamp, timestamptz,
// interval. A time without a zone counts as UTC.
constexpr std::string_view kNumber =
    "CASE pg_catalog.pg_typeof({0})::oid"
    " WHEN 16 THEN {0}::text::boolean::int::text"
    " WHEN 1082 THEN extract(epoch FROM {0}::text::date)::text"
    " WHEN 1114 THEN extract(epoch FROM {0}::text::timestamp)::text"
    " WHEN 1184 THEN extract(epoch FROM {0}::text::timestamptz)::text"
    " WHEN 1186 THEN extract(epoch FROM {0}::text::interval)::text"
    " ELSE left({0}::text, 1024) END";

/// `q."name"`, with quotes in it doubled.
std::string Column(std::string_view name) {
  std::string quoted = "q.\"";
  for (const char c : name) {
    quoted.append(c == '"' ? 2 : 1, c);
  }
  return quoted + '"';
}

std::string_view WithoutEnd(std::string_view sql) {
  const std::size_t last = sql.find_last_not_of(" \t\r\n;");
  return sql.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

class AnswerReader {
 public:
  AnswerReader(const UserQuery& query, const Rows& rows, std::string_view database)
      : query_(query), rows_(rows), database_(database) {
    answer_.families.reserve(query.values.size());
    for (const QueryValue& value : query.values) {
      answer_.families.push_back({.name = value.metric,
                                  .type = value.type,
                                  .help = value.help,
                                  .unit = {},
                                  .samples = {}});
    }
  }

  QueryAnswer Read() {
    const std::size_t shown = std::min(rows_.size(), query_.max_rows);
    answer_.cut = rows_.size() - shown;
    for (std::size_t row = 0; row < shown; ++row) {
      ReadRow(row);
    }
    std::erase_if(answer_.families, [](const MetricFamily& f) { return f.samples.empty(); });
    return std::move(answer_);
  }

 private:
  void ReadRow(std::size_t row) {
    LabelSetBuilder labels;
    if (!database_.empty()) {
      labels.Set("datname", database_);
    }
    int column = 0;
    for (const std::string& label : query_.labels) {
      labels.Set(label, rows_.Text(row, column++).value_or(""));
    }
    const LabelSet identity = labels.Build();
    if (!seen_.insert(identity).second) {
      Note(ErrorCode::kInvalidArgument,
           fmt::format("two rows have the labels {}: the second is left out; add a column to "
                       "`labels`, or group the rows",
                       identity.ToString()));
      return;
    }
    for (std::size_t i = 0; i < query_.values.size(); ++i) {
      const std::optional<double> value = ReadNumber(row, column++, query_.values[i]);
      if (value) {
        labels.Set(kMetricName, query_.values[i].metric);
        answer_.families[i].samples.push_back({.labels = labels.Build(), .value = *value});
      }
    }
  }

  std::optional<double> ReadNumber(std::size_t row, int column, const QueryValue& value) {
    const std::optional<std::string_view> text = rows_.Text(row, column);
    if (!text) {
      return std::nullopt;
    }
    if (value.mapping.empty()) {
      const std::optional<double> number = rows_.Number(row, column);
      if (!number) {
        Note(ErrorCode::kInvalidArgument,
             fmt::format("column {} holds \"{:.40}\", which is no number", value.column, *text));
      }
      return number;
    }
    const auto found = value.mapping.find(std::string(*text));
    if (found == value.mapping.end()) {
      Note(ErrorCode::kInvalidArgument,
           fmt::format(
               "column {} holds \"{:.40}\", which its mapping does not name", value.column, *text));
      return std::nullopt;
    }
    return found->second;
  }

  void Note(ErrorCode code, std::string message) {
    if (!answer_.problem) {
      answer_.problem = Error{.code = code, .message = std::move(message)};
    }
  }

  const UserQuery& query_;
  const Rows& rows_;
  std::string_view database_;
  std::set<LabelSet> seen_;
  QueryAnswer answer_;
};

}  // namespace

std::string BoundedSql(const UserQuery& query) {
  std::vector<std::string> columns;
  columns.reserve(query.labels.size() + query.values.size());
  for (const std::string& label : query.labels) {
    columns.push_back(fmt::format("left({}::text, {})", Column(label), kMostLabelCharacters));
  }
  for (const QueryValue& value : query.values) {
    const std::string column = Column(value.column);
    columns.push_back(value.mapping.empty()
                          ? fmt::format(kNumber, column)
                          : fmt::format("left({}::text, {})", column, kMostLabelCharacters));
  }
  return fmt::format("SELECT {} FROM (SELECT * FROM (\n{}\n) AS sql OFFSET 0) AS q LIMIT {}",
                     fmt::join(columns, ", "),
                     WithoutEnd(query.sql),
                     query.max_rows + kCountedBeyond);
}

QueryAnswer ReadAnswer(const UserQuery& query, const Rows& rows, std::string_view database) {
  return AnswerReader(query, rows, database).Read();
}

}  // namespace sidewatch::postgres
