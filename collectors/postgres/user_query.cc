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
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "collectors/postgres/go_duration.h"
#include "exporter/base/number.h"
#include "exporter/model/label_set.h"

namespace sidewatch::postgres {

namespace {

constexpr std::size_t kMostLabelCharacters = 1024;
constexpr std::size_t kMostArrayCharacters = 16'384;

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

// An interval as milliseconds, all else as the text that it is.
constexpr std::string_view kDuration =
    "CASE pg_catalog.pg_typeof({0})::oid"
    " WHEN 1186 THEN extract(epoch FROM {0}::text::interval)::text || 's'"
    " ELSE left({0}::text, 1024) END";

// The columns beside a histogram's own.
constexpr std::string_view kBucket = "_bucket";
constexpr std::string_view kSum = "_sum";
constexpr std::string_view kCount = "_count";
constexpr int kHistogramColumns = 4;

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

std::string ArrayColumn(const std::string& column) {
  return fmt::format("left({}::text, {})", Column(column), kMostArrayCharacters);
}

/// What is selected for one value: a column, or the four of a histogram.
void AddColumns(const QueryValue& value, std::vector<std::string>& columns) {
  const std::string column = Column(value.column);
  if (value.type == MetricType::kHistogram) {
    columns.push_back(ArrayColumn(value.column));
    columns.push_back(ArrayColumn(value.column + std::string(kBucket)));
    columns.push_back(fmt::format(kNumber, Column(value.column + std::string(kSum))));
    columns.push_back(fmt::format(kNumber, Column(value.column + std::string(kCount))));
  } else if (value.duration) {
    columns.push_back(fmt::format(kDuration, column));
  } else if (value.mapping.empty()) {
    columns.push_back(fmt::format(kNumber, column));
  } else {
    columns.push_back(fmt::format("left({}::text, {})", column, kMostLabelCharacters));
  }
}

/// The numbers of `{0.1,0.5,1}`. Nothing: it is no array of numbers, or was cut.
std::optional<std::vector<double>> ReadArray(std::string_view text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') {
    return std::nullopt;
  }
  std::string_view rest = text.substr(1, text.size() - 2);
  std::vector<double> numbers;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::optional<double> number = ParseNumber(one == "Infinity" ? "+Inf" : one);
    if (!number || std::isnan(*number)) {
      return std::nullopt;
    }
    numbers.push_back(*number);
  }
  return numbers;
}

/// A histogram of one row.
struct HistogramCells {
  std::map<double, double> buckets;  ///< Counts by upper bound.
  double sum = 0;
  double count = 0;
};

std::vector<MetricSample> SamplesOf(const HistogramCells& cells,
                                    const std::string& metric,
                                    LabelSetBuilder labels) {
  std::vector<MetricSample> samples;
  const auto add = [&](std::string_view suffix, double value) {
    labels.Set(kMetricName, metric + std::string(suffix));
    samples.push_back({.labels = labels.Build(), .value = value});
  };
  for (const auto& [bound, count] : cells.buckets) {
    labels.Set("le", FormatNumber(bound));
    add(kBucket, count);
  }
  if (cells.buckets.empty() || !std::isinf(cells.buckets.rbegin()->first)) {
    labels.Set("le", "+Inf");
    add(kBucket, cells.count);
  }
  labels.Remove("le");
  add(kSum, cells.sum);
  add(kCount, cells.count);
  return samples;
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
      if (query_.values[i].type == MetricType::kHistogram) {
        AddHistogram(row, column, i, labels);
        column += kHistogramColumns;
        continue;
      }
      const std::optional<double> value = ReadNumber(row, column++, query_.values[i]);
      if (value) {
        labels.Set(kMetricName, query_.values[i].metric);
        answer_.families[i].samples.push_back({.labels = labels.Build(), .value = *value});
      }
    }
  }

  void AddHistogram(std::size_t row, int column, std::size_t value, const LabelSetBuilder& labels) {
    const QueryValue& wanted = query_.values[value];
    const std::optional<std::string_view> bounds = rows_.Text(row, column);
    if (!bounds) {
      return;
    }
    const auto edges = ReadArray(*bounds);
    const auto counts = ReadArray(rows_.Text(row, column + 1).value_or(""));
    const std::optional<double> sum = rows_.Number(row, column + 2);
    const std::optional<double> count = rows_.Number(row, column + 3);
    if (!edges || !counts || !sum || !count) {
      Note(ErrorCode::kInvalidArgument,
           fmt::format("columns {0}, {0}_bucket (arrays of numbers), {0}_sum and {0}_count "
                       "(numbers) are no histogram",
                       wanted.column));
      return;
    }
    HistogramCells cells{.buckets = {}, .sum = *sum, .count = *count};
    for (std::size_t i = 0; i < std::min(edges->size(), counts->size()); ++i) {
      cells.buckets[(*edges)[i]] = (*counts)[i];
    }
    for (MetricSample& sample : SamplesOf(cells, wanted.metric, labels)) {
      answer_.families[value].samples.push_back(std::move(sample));
    }
  }

  /// `-1` is no duration, and a number alone is taken as it is, as the peer does.
  std::optional<double> ReadDuration(std::string_view text, const QueryValue& value) {
    if (text == "-1") {
      return std::nullopt;
    }
    const std::optional<double> plain = ParseNumber(text);
    const std::optional<double> number = plain ? plain : ParseGoMilliseconds(text);
    if (!number) {
      Note(ErrorCode::kInvalidArgument,
           fmt::format("column {} holds \"{:.40}\", which is no duration such as 1h30m or 250ms",
                       value.column,
                       text));
    }
    return number;
  }

  std::optional<double> ReadNumber(std::size_t row, int column, const QueryValue& value) {
    const std::optional<std::string_view> text = rows_.Text(row, column);
    if (!text) {
      return std::nullopt;
    }
    if (value.duration) {
      return ReadDuration(*text, value);
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
    AddColumns(value, columns);
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
