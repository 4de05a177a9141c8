#include <array>
#include <optional>
#include <string>

#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kName = "pg_process_idle_seconds";
constexpr std::array<std::string_view, 2> kLabels = {"application_name", "state"};

constexpr std::array<std::string_view, 3> kBucketLabels = {"application_name", "state", "le"};

constexpr ColumnMetric kMetrics[] = {
    {.column = "sum",
     .metric = {.name = kName,
                .type = MetricType::kHistogram,
                .labels = kBucketLabels,
                .help = "How long the idle server processes have been idle.",
                .source = "now() - pg_stat_activity.state_change",
                .peer = kPeer}},
};

/// The columns that hold the cumulative counts, and the upper edges they stand for.
struct Bucket {
  std::string_view column;
  std::string_view edge;
};

constexpr Bucket kBuckets[] = {{"le_1", "1"},
                               {"le_2", "2"},
                               {"le_5", "5"},
                               {"le_15", "15"},
                               {"le_30", "30"},
                               {"le_60", "60"},
                               {"le_90", "90"},
                               {"le_120", "120"},
                               {"le_300", "300"},
                               {"count", "+Inf"}};

constexpr VersionedQuery kQueries[] = {{.min_version = 90400, .sql = R"(
SELECT application_name, state, sum(age) AS sum, count(*) AS count,
       count(*) FILTER (WHERE age <= 1) AS le_1, count(*) FILTER (WHERE age <= 2) AS le_2,
       count(*) FILTER (WHERE age <= 5) AS le_5, count(*) FILTER (WHERE age <= 15) AS le_15,
       count(*) FILTER (WHERE age <= 30) AS le_30, count(*) FILTER (WHERE age <= 60) AS le_60,
       count(*) FILTER (WHERE age <= 90) AS le_90, count(*) FILTER (WHERE age <= 120) AS le_120,
       count(*) FILTER (WHERE age <= 300) AS le_300
  FROM (SELECT application_name, state,
               extract(epoch FROM now() - state_change) AS age
          FROM pg_catalog.pg_stat_activity WHERE state ~ '^idle') idle
 GROUP BY 1, 2)"}};

LabelSet Labels(const Rows& rows, std::size_t row, std::string_view name, std::string_view edge) {
  LabelSetBuilder labels;
  labels.Set(kMetricName, name);
  for (const std::string_view label : kLabels) {
    const std::optional<int> column = rows.FindColumn(label);
    labels.Set(label, column ? rows.Text(row, *column).value_or("") : "");
  }
  labels.Set("le", edge);
  return labels.Build();
}

void AddSample(const Rows& rows,
               std::size_t row,
               std::string_view column,
               LabelSet labels,
               MetricFamily& family) {
  const std::optional<int> at = rows.FindColumn(column);
  const std::optional<double> value = at ? rows.Number(row, *at) : std::nullopt;
  if (value) {
    family.samples.push_back({.labels = std::move(labels), .value = *value});
  }
}

void ReadHistogram(const View& /*view*/,
                   const Rows& rows,
                   const ReadContext& /*context*/,
                   scrape::SampleSink& sink) {
  MetricFamily family;
  family.name = kName;
  family.type = MetricType::kHistogram;
  family.help = kMetrics[0].metric.help;
  const std::string bucket_name = family.name + "_bucket";
  const std::string sum_name = family.name + "_sum";
  const std::string count_name = family.name + "_count";
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const Bucket& bucket : kBuckets) {
      AddSample(rows, row, bucket.column, Labels(rows, row, bucket_name, bucket.edge), family);
    }
    AddSample(rows, row, "sum", Labels(rows, row, sum_name, ""), family);
    AddSample(rows, row, "count", Labels(rows, row, count_name, ""), family);
  }
  sink.AddFamily(std::move(family));
}

}  // namespace

constinit const View kProcessIdleView = {
    .name = "process_idle", .queries = kQueries, .metrics = kMetrics, .read = &ReadHistogram};

}  // namespace sidewatch::postgres
