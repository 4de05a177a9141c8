#include "exporter/app/self_metrics.h"

#include <array>
#include <string>
#include <string_view>

#include "exporter/app/version.h"
#include "exporter/model/register_row.h"

namespace sidewatch::app {
namespace {

/// One number of the series store.
struct HeadMetric {
  MetricDescriptor row;
  double (*value)(const tsdb::HeadStats& stats);
};

constexpr std::string_view kBuildLabels[] = {"version", "revision"};

constexpr std::array kRows = {
    MetricDescriptor{.name = "sidewatch_build_info",
                     .labels = kBuildLabels,
                     .help = "1, with the version of the program in its labels.",
                     .source = "the build"},
    MetricDescriptor{.name = "sidewatch_config_last_reload_successful",
                     .help = "1 if the configuration was good when it was last read, else 0: the "
                             "one before is in use.",
                     .source = "the last reading of the configuration"},
    MetricDescriptor{.name = "sidewatch_config_last_reload_success_timestamp_seconds",
                     .help = "When a good configuration was last read.",
                     .source = "the last reading of the configuration"},
};
static_assert(DescriptorsAreSound(kRows));

enum Row : std::size_t { kBuild, kReloadSuccessful, kReloadAt };

constexpr std::array kHeadMetrics = {
    HeadMetric{{.name = "sidewatch_tsdb_series",
                .type = MetricType::kGauge,
                .help = "Series in the store.",
                .source = "the series store"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.series);
               }},
    HeadMetric{{.name = "sidewatch_tsdb_samples",
                .type = MetricType::kGauge,
                .help = "Samples in the store.",
                .source = "the series store"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.samples_stored);
               }},
    HeadMetric{{.name = "sidewatch_tsdb_chunk_bytes",
                .type = MetricType::kGauge,
                .help = "Memory of the sealed chunks.",
                .source = "the series store"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.chunk_bytes);
               }},
    HeadMetric{{.name = "sidewatch_tsdb_samples_appended_total",
                .type = MetricType::kCounter,
                .help = "Samples appended since the start.",
                .source = "the series store"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.samples_appended);
               }},
    HeadMetric{{.name = "sidewatch_tsdb_series_refused_total",
                .type = MetricType::kCounter,
                .help = "Samples refused because storage.max_series is reached.",
                .source = "the series store"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.refused_series);
               }},
    HeadMetric{{.name = "sidewatch_tsdb_samples_too_old_total",
                .type = MetricType::kCounter,
                .help = "Samples refused because they were too old.",
                .source = "the series store"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.refused_too_old);
               }},
    HeadMetric{{.name = "sidewatch_journal_write_failures_total",
                .type = MetricType::kCounter,
                .help = "Batches of samples that are in memory only.",
                .source = "the journal"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.journal_errors);
               }},
    HeadMetric{{.name = "sidewatch_journal_written_bytes_total",
                .type = MetricType::kCounter,
                .help = "Bytes written to the journal of samples.",
                .source = "the journal"},
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.journal_bytes);
               }},
};

prometheus::MetricFamily Family(const HeadMetric& row, const tsdb::HeadStats& stats) {
  prometheus::MetricFamily family;
  family.name = row.row.name;
  family.help = row.row.help;
  family.type = row.row.type == MetricType::kCounter ? prometheus::MetricType::Counter
                                                     : prometheus::MetricType::Gauge;
  prometheus::ClientMetric metric;
  metric.gauge.value = row.value(stats);
  metric.counter.value = metric.gauge.value;
  family.metric.push_back(metric);
  return family;
}

}  // namespace

SelfMetrics::SelfMetrics(std::shared_ptr<prometheus::Registry> registry, const tsdb::Head& head)
    : registry_(std::move(registry)), head_(head) {
  RegisterRow(prometheus::BuildGauge(), kRows[kBuild], *registry_)
      .Add({{"version", std::string(kVersion)}, {"revision", std::string(kRevision)}})
      .Set(1);
}

std::vector<MetricDescriptor> SelfMetrics::Rows() {
  std::vector<MetricDescriptor> rows(kRows.begin(), kRows.end());
  rows.reserve(kRows.size() + kHeadMetrics.size());
  for (const HeadMetric& metric : kHeadMetrics) {
    rows.push_back(metric.row);
  }
  return rows;
}

std::vector<prometheus::MetricFamily> SelfMetrics::Collect() const {
  std::vector<prometheus::MetricFamily> families = registry_->Collect();
  const tsdb::HeadStats stats = head_.Stats();
  for (const HeadMetric& row : kHeadMetrics) {
    families.push_back(Family(row, stats));
  }
  return families;
}

ReloadMetrics::ReloadMetrics(prometheus::Registry& registry)
    : successful_(
          RegisterRow(prometheus::BuildGauge(), kRows[kReloadSuccessful], registry).Add({})),
      at_(RegisterRow(prometheus::BuildGauge(), kRows[kReloadAt], registry).Add({})) {}

void ReloadMetrics::Set(bool successful, double at_seconds) {
  successful_.Set(successful ? 1 : 0);
  if (successful) {
    at_.Set(at_seconds);
  }
}

}  // namespace sidewatch::app
