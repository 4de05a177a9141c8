#include "collectors/postgres/view.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kServerLabel = "server";

/// Where the labels of one metric stand in the result.
struct Layout {
  const MetricDescriptor* metric;
  int value;
  std::vector<std::optional<int>> labels;
};

std::vector<Layout> FindColumns(const View& view, const Rows& rows) {
  std::vector<Layout> layouts;
  for (const ColumnMetric& row : view.metrics) {
    const std::optional<int> value = rows.FindColumn(row.column);
    if (!value) {
      continue;
    }
    Layout layout{.metric = &row.metric, .value = *value, .labels = {}};
    for (const std::string_view label : row.metric.labels) {
      layout.labels.push_back(rows.FindColumn(label));
    }
    layouts.push_back(std::move(layout));
  }
  return layouts;
}

/// A label that is no column of the result.
std::string_view NotInResult(std::string_view label, const ReadContext& context) {
  return label == kServerLabel ? context.server : std::string_view();
}

}  // namespace

void ReadColumns(const View& view,
                 const Rows& rows,
                 const ReadContext& context,
                 scrape::SampleSink& sink) {
  const std::vector<Layout> layouts = FindColumns(view, rows);
  std::vector<std::string_view> labels;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const Layout& layout : layouts) {
      const std::optional<double> value = rows.Number(row, layout.value);
      if (!value) {
        continue;
      }
      labels.clear();
      for (std::size_t i = 0; i < layout.labels.size(); ++i) {
        labels.push_back(layout.labels[i] ? rows.Text(row, *layout.labels[i]).value_or("")
                                          : NotInResult(layout.metric->labels[i], context));
      }
      sink.Add(*layout.metric, labels, *value);
    }
  }
}

std::string_view QueryFor(const View& view, int server_version) {
  std::string_view sql;
  for (const VersionedQuery& query : view.queries) {
    if (query.min_version <= server_version) {
      sql = query.sql;
    }
  }
  return sql;
}

std::string WithLimits(std::string_view sql, const Limits& limits) {
  const std::array places = {std::pair(std::string_view(":statements"), limits.statements),
                             std::pair(std::string_view(":tables"), limits.tables)};
  std::string text(sql);
  for (const auto& [name, number] : places) {
    const std::size_t at = text.find(name);
    if (at != std::string::npos) {
      text.replace(at, name.size(), std::to_string(number));
    }
  }
  return text;
}

}  // namespace sidewatch::postgres
