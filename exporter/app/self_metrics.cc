#include "exporter/app/self_metrics.h"

#include <array>
#include <string>
#include <string_view>

#include "exporter/app/version.h"

namespace sidewatch::app {
namespace {

/// One number of the series store.
struct HeadMetric {
  std::string_view name;
  std::string_view help;
  prometheus::MetricType type;
  double (*value)(const tsdb::HeadStats& stats);
};

constexpr auto kGauge = prometheus::MetricType::Gauge;
constexpr auto kCounter = prometheus::MetricType::Counter;

constexpr std::array kHeadMetrics = {
    HeadMetric{"sidewatch_tsdb_series",
               "Series in the store.",
               kGauge,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.series);
               }},
    HeadMetric{"sidewatch_tsdb_samples",
               "Samples in the store.",
               kGauge,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.samples_stored);
               }},
    HeadMetric{"sidewatch_tsdb_chunk_bytes",
               "Memory of the sealed chunks.",
               kGauge,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.chunk_bytes);
               }},
    HeadMetric{"sidewatch_tsdb_samples_appended_total",
               "Samples appended since the start.",
               kCounter,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.samples_appended);
               }},
    HeadMetric{"sidewatch_tsdb_series_refused_total",
               "Samples refused because storage.max_series is reached.",
               kCounter,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.refused_series);
               }},
    HeadMetric{"sidewatch_tsdb_samples_too_old_total",
               "Samples refused because they were too old.",
               kCounter,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.refused_too_old);
               }},
    HeadMetric{"sidewatch_journal_write_failures_total",
               "Batches of samples that are in memory only.",
               kCounter,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.journal_errors);
               }},
    HeadMetric{"sidewatch_journal_written_bytes_total",
               "Bytes written to the journal of samples.",
               kCounter,
               [](const tsdb::HeadStats& s) {
                 return static_cast<double>(s.journal_bytes);
               }},
};

prometheus::MetricFamily Family(const HeadMetric& row, const tsdb::HeadStats& stats) {
  prometheus::MetricFamily family;
  family.name = row.name;
  family.help = row.help;
  family.type = row.type;
  prometheus::ClientMetric metric;
  metric.gauge.value = row.value(stats);
  metric.counter.value = metric.gauge.value;
  family.metric.push_back(metric);
  return family;
}

}  // namespace

SelfMetrics::SelfMetrics(std::shared_ptr<prometheus::Registry> registry, const tsdb::Head& head)
    : registry_(std::move(registry)), head_(head) {
  prometheus::BuildGauge()
      .Name("sidewatch_build_info")
      .Help("1, with the version of the program in its labels.")
      .Register(*registry_)
      .Add({{"version", std::string(kVersion)}, {"revision", std::string(kRevision)}})
      .Set(1);
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
    : successful_(prometheus::BuildGauge()
                      .Name("sidewatch_config_last_reload_successful")
                      .Help("1 if the configuration was good when it was last read, else 0: the "
                            "one before is in use.")
                      .Register(registry)
                      .Add({})),
      at_(prometheus::BuildGauge()
              .Name("sidewatch_config_last_reload_success_timestamp_seconds")
              .Help("When a good configuration was last read.")
              .Register(registry)
              .Add({})) {}

void ReloadMetrics::Set(bool successful, double at_seconds) {
  successful_.Set(successful ? 1 : 0);
  if (successful) {
    at_.Set(at_seconds);
  }
}

}  // namespace sidewatch::app
