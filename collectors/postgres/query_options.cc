// Reads `queries:` in one of two shapes:
//
//   queries:                                         queries:                 (queries.yaml)
//     - name: orders                                   orders:
//       sql: SELECT state, count(*) AS count …           query: SELECT state, count(*) AS count …
//       labels: [state]                                  metrics:
//       values: [{column: count, type: gauge}]             - state: {usage: LABEL}
//                                                          - count: {usage: GAUGE}

#include "collectors/postgres/query_options.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace sidewatch::postgres {

namespace {

constexpr std::size_t kMostQueries = 100;
constexpr std::size_t kMostColumns = 64;
constexpr std::int64_t kMostRows = 10'000;

constexpr std::array<std::string_view, 5> kReservedLabels = {
    "job", "instance", "target", "le", "quantile"};

constexpr std::array<std::string_view, 6> kReservedPrefixes = {
    "sidewatch_", "scrape_", "pg_scrape_collector_", "pg_exporter_", "pg_settings_", "ALERTS"};

struct TypeName {
  std::string_view name;
  MetricType type;
};

constexpr std::array kTypes = {TypeName{"gauge", MetricType::kGauge},
                               TypeName{"counter", MetricType::kCounter},
                               TypeName{"histogram", MetricType::kHistogram}};

/// What postgres_exporter's word for a column makes of it.
enum class Use { kLabel, kValue, kDuration, kNothing };

struct Usage {
  std::string_view name;
  Use use;
  MetricType type = MetricType::kGauge;
};

constexpr std::array kUsages = {Usage{"LABEL", Use::kLabel},
                                Usage{"GAUGE", Use::kValue},
                                Usage{"COUNTER", Use::kValue, MetricType::kCounter},
                                Usage{"MAPPEDMETRIC", Use::kValue},
                                Usage{"HISTOGRAM", Use::kValue, MetricType::kHistogram},
                                Usage{"DURATION", Use::kDuration},
                                Usage{"DISCARD", Use::kNothing}};

template <typename Table>
std::string Names(const Table& table) {
  std::vector<std::string_view> names;
  names.reserve(table.size());
  for (const auto& row : table) {
    names.push_back(row.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

class QueriesReader {
 public:
  QueriesReader(config::Diagnostics& diagnostics, const QueryContext& context)
      : diagnostics_(diagnostics), context_(context) {}

  void ReadItem(const config::Node& node) {
    UserQuery query;
    config::MapReader map(node, diagnostics_);
    map.Require("name", query.name);
    CheckName(node, query.name);
    ReadCommon(map, "sql", query);
    map.Read("timeout", query.timeout);
    map.Read("cache", query.cache);
    map.Read("each_database", query.each_database);
    map.Read("labels", query.labels);
    const std::optional<config::Node> values = map.Get("values");
    if (values && config::ExpectList(*values, diagnostics_)) {
      for (const config::Node& value : values->items()) {
        ReadQueryValue(value, query);
      }
    }
    if (query.timeout < Duration(0) || query.cache < Duration(0)) {
      map.Error("`timeout` and `cache` cannot be negative");
    }
    Keep(node, std::move(query));
  }

  void ReadPeerItem(const std::string& name, const config::Node& node) {
    UserQuery query;
    query.name = name;
    CheckName(node, name);
    config::MapReader map(node, diagnostics_);
    ReadCommon(map, "query", query);
    bool master = false;
    map.Read("master", master);
    query.each_database = !master && context_.several_databases;
    std::int64_t cache_seconds = 0;
    map.Read("cache_seconds", cache_seconds);
    if (cache_seconds < 0) {
      map.ErrorAt("cache_seconds", "cannot be negative");
    }
    query.cache = std::chrono::seconds(cache_seconds);
    const std::optional<config::Node> metrics = map.Get("metrics");
    if (metrics && config::ExpectList(*metrics, diagnostics_)) {
      for (const config::Node& item : metrics->items()) {
        ReadPeerColumns(item, query);
      }
    }
    Keep(node, std::move(query));
  }

  std::vector<UserQuery> Take() { return std::move(queries_); }

 private:
  void ReadCommon(config::MapReader& map, std::string_view key, UserQuery& query) {
    map.Require(key, query.sql);
    auto max_rows = static_cast<std::int64_t>(query.max_rows);
    if (map.Read("max_rows", max_rows) && (max_rows < 1 || max_rows > kMostRows)) {
      map.ErrorAt("max_rows", fmt::format("must be between 1 and {}", kMostRows));
      return;
    }
    query.max_rows = static_cast<std::size_t>(max_rows);
  }

  void CheckName(const config::Node& node, const std::string& name) {
    if (name.empty()) {
      return;
    }
    if (!IsClassicMetricName(name)) {
      diagnostics_.Error(
          node.position(),
          fmt::format("query \"{}\": a name begins metric names: letters, digits and _ only",
                      name));
    } else if (!names_.insert(name).second) {
      diagnostics_.Error(node.position(), fmt::format("there is another query \"{}\"", name));
    }
  }

  /// A column's name alone, or a map that says more.
  void ReadQueryValue(const config::Node& node, UserQuery& query) {
    QueryValue value;
    if (node.is_scalar()) {
      config::ReadValue(node, diagnostics_, value.column);
    } else {
      config::MapReader map(node, diagnostics_);
      map.Require("column", value.column);
      map.Read("metric", value.metric);
      map.Read("help", value.help);
      std::string type = "gauge";
      map.Read("type", type);
      const auto* const found = std::ranges::find(kTypes, type, &TypeName::name);
      if (found == kTypes.end()) {
        map.ErrorAt("type", fmt::format("no type \"{}\"; there are {}", type, Names(kTypes)));
      } else {
        value.type = found->type;
      }
      ReadMapping(map, "mapping", value);
    }
    AddValue(node, query, std::move(value));
  }

  void ReadPeerColumns(const config::Node& item, UserQuery& query) {
    if (!item.is_map()) {
      diagnostics_.Error(item.position(),
                         fmt::format("expected `- column: {{usage: …}}`, got {}", item.Describe()));
      return;
    }
    for (const auto& [column, facts] : item.entries()) {
      ReadPeerColumn(column.text(), facts, query);
    }
  }

  void ReadPeerColumn(const std::string& column, const config::Node& facts, UserQuery& query) {
    config::MapReader map(facts, diagnostics_);
    std::string usage;
    map.Require("usage", usage);
    QueryValue value{.column = column, .metric = {}, .help = {}, .mapping = {}};
    map.Read("description", value.help);
    ReadMapping(map, "metric_mapping", value);
    const auto* const found = std::ranges::find(kUsages, usage, &Usage::name);
    if (found == kUsages.end()) {
      map.ErrorAt("usage", fmt::format("no usage \"{}\"; there are {}", usage, Names(kUsages)));
    } else if (found->use == Use::kLabel) {
      query.labels.push_back(column);
    } else if (found->use != Use::kNothing) {
      value.type = found->type;
      value.duration = found->use == Use::kDuration;
      AddValue(facts, query, std::move(value));
    }
  }

  void ReadMapping(config::MapReader& map, std::string_view key, QueryValue& value) {
    const std::optional<config::Node> node = map.Get(key);
    if (!node || node->is_null()) {
      return;
    }
    if (!node->is_map()) {
      map.ErrorAt(key, fmt::format("expected a map of texts to numbers, got {}", node->Describe()));
      return;
    }
    for (const auto& [text, number] : node->entries()) {
      config::ReadValue(number, diagnostics_, value.mapping[text.text()]);
    }
  }

  void AddValue(const config::Node& node, UserQuery& query, QueryValue value) {
    if (value.metric.empty()) {
      value.metric =
          fmt::format("{}_{}{}", query.name, value.column, value.duration ? "_milliseconds" : "");
    }
    if (value.help.empty()) {
      value.help = fmt::format("Column {} of the query {}.", value.column, query.name);
    }
    CheckMetric(node, value.metric);
    if (value.type == MetricType::kHistogram) {
      for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
        CheckMetric(node, value.metric + std::string(suffix));
      }
    }
    query.values.push_back(std::move(value));
  }

  void CheckMetric(const config::Node& node, const std::string& metric) {
    if (!IsClassicMetricName(metric)) {
      diagnostics_.Error(
          node.position(),
          fmt::format("\"{}\" is no metric name: set `metric` to letters, digits and _", metric));
      return;
    }
    const View* owner = OwnerOf(metric);
    const bool reserved = metric == "up" || metric == "pg_up" ||
                          std::ranges::any_of(kReservedPrefixes, [&](std::string_view prefix) {
                            return metric.starts_with(prefix);
                          });
    if (owner != nullptr) {
      diagnostics_.Error(node.position(),
                         fmt::format("\"{}\" is shown by the part {} already: leave it out here, "
                                     "or put {} under `disable`",
                                     metric,
                                     owner->name,
                                     owner->name));
    } else if (reserved) {
      diagnostics_.Error(node.position(),
                         fmt::format("\"{}\" clashes with names of sidewatch's own", metric));
    } else if (!metrics_.insert(metric).second) {
      diagnostics_.Error(node.position(),
                         fmt::format("another column gives the metric \"{}\" already", metric));
    }
  }

  const View* OwnerOf(std::string_view metric) const {
    for (const View* view : context_.views) {
      for (const ColumnMetric& row : view->metrics) {
        if (row.metric.name == metric) {
          return view;
        }
      }
    }
    return nullptr;
  }

  void CheckLabels(const config::Node& node, const UserQuery& query) {
    std::set<std::string> seen;
    if (query.each_database) {
      seen.insert("datname");
    }
    for (const std::string& label : query.labels) {
      const bool reserved = std::ranges::find(kReservedLabels, label) != kReservedLabels.end();
      if (!IsClassicLabelName(label) || label.starts_with("__") || reserved) {
        diagnostics_.Error(
            node.position(),
            fmt::format(R"(query "{}": "{}" cannot be a label; rename the column with AS)",
                        query.name,
                        label));
      } else if (!seen.insert(label).second) {
        diagnostics_.Error(
            node.position(),
            fmt::format(R"(query "{}": the label "{}" comes twice{})",
                        query.name,
                        label,
                        query.each_database ? " (with more than one database sidewatch adds "
                                              "`datname`)"
                                            : ""));
      }
    }
  }

  void Keep(const config::Node& node, UserQuery query) {
    CheckLabels(node, query);
    if (query.values.empty()) {
      diagnostics_.Error(
          node.position(),
          fmt::format("query \"{}\" has no column with a number: name one under `values`",
                      query.name));
    } else if (query.values.size() + query.labels.size() > kMostColumns) {
      diagnostics_.Error(
          node.position(),
          fmt::format("query \"{}\" has more than {} columns", query.name, kMostColumns));
    }
    if (queries_.size() == kMostQueries) {
      diagnostics_.Error(node.position(), fmt::format("more than {} queries", kMostQueries));
    }
    queries_.push_back(std::move(query));
  }

  config::Diagnostics& diagnostics_;
  const QueryContext& context_;
  std::set<std::string> names_;
  std::set<std::string> metrics_;
  std::vector<UserQuery> queries_;
};

}  // namespace

std::vector<UserQuery> ReadQueries(config::MapReader& target, const QueryContext& context) {
  const std::optional<config::Node> node = target.Get("queries");
  if (!node || node->is_null()) {
    return {};
  }
  QueriesReader reader(target.diagnostics(), context);
  if (node->is_list()) {
    for (const config::Node& item : node->items()) {
      reader.ReadItem(item);
    }
  } else if (node->is_map()) {
    for (const auto& [name, item] : node->entries()) {
      reader.ReadPeerItem(name.text(), item);
    }
  } else {
    target.ErrorAt("queries",
                   fmt::format("expected a list of queries, or the map of postgres_exporter's "
                               "queries.yaml; got {}",
                               node->Describe()));
  }
  return reader.Take();
}

}  // namespace sidewatch::postgres
