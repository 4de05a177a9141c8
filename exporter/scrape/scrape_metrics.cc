#include "exporter/scrape/scrape_metrics.h"

#include <array>
#include <string_view>

#include "exporter/model/register_row.h"

namespace sidewatch::scrape {

namespace {

constexpr std::string_view kTargetLabels[] = {"kind", "target"};
constexpr std::string_view kClassLabels[] = {"kind", "target", "class"};
constexpr std::string_view kReasonLabel[] = {"reason"};

constexpr std::array kRows = {
    MetricDescriptor{.name = "sidewatch_collector_runs_total",
                     .type = MetricType::kCounter,
                     .labels = kTargetLabels,
                     .help = "Runs of a target's collector, also those that failed.",
                     .source = "the target's loop"},
    MetricDescriptor{.name = "sidewatch_collector_errors_total",
                     .type = MetricType::kCounter,
                     .labels = kClassLabels,
                     .help = "Runs of a target's collector that failed, by class of error.",
                     .source = "the target's loop"},
    MetricDescriptor{.name = "sidewatch_collector_duration_seconds",
                     .type = MetricType::kHistogram,
                     .labels = kTargetLabels,
                     .help = "How long the runs of a target's collector took.",
                     .source = "the target's loop"},
    MetricDescriptor{.name = "sidewatch_target_up",
                     .labels = kTargetLabels,
                     .help = "1 if the last run of the target worked, else 0.",
                     .source = "the target's loop"},
    MetricDescriptor{.name = "sidewatch_target_last_success_timestamp_seconds",
                     .labels = kTargetLabels,
                     .help = "When a run of the target last worked.",
                     .source = "the target's loop"},
    MetricDescriptor{.name = "sidewatch_samples_refused_total",
                     .type = MetricType::kCounter,
                     .labels = kReasonLabel,
                     .help = "Samples that the series store refused, by reason.",
                     .source = "the series store"},
};
static_assert(DescriptorsAreSound(kRows));

enum Row : std::size_t { kRuns, kErrors, kDuration, kUp, kLastSuccess, kRefused };

}  // namespace

std::span<const MetricDescriptor> ScrapeMetrics::Rows() {
  return kRows;
}

ScrapeMetrics::ScrapeMetrics(prometheus::Registry& registry)
    : runs_(RegisterRow(prometheus::BuildCounter(), kRows[kRuns], registry)),
      errors_(RegisterRow(prometheus::BuildCounter(), kRows[kErrors], registry)),
      duration_(RegisterRow(prometheus::BuildHistogram(), kRows[kDuration], registry)),
      up_(RegisterRow(prometheus::BuildGauge(), kRows[kUp], registry)),
      last_success_(RegisterRow(prometheus::BuildGauge(), kRows[kLastSuccess], registry)),
      refused_(RegisterRow(prometheus::BuildCounter(), kRows[kRefused], registry)) {}

TargetMetrics ScrapeMetrics::Add(const std::string& kind, const std::string& target) {
  const prometheus::Labels labels = {{"kind", kind}, {"target", target}};
  return {.runs = &runs_.Add(labels),
          .duration = &duration_.Add(
              labels,
              prometheus::Histogram::BucketBoundaries{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10})};
}

void ScrapeMetrics::SetUp(TargetMetrics& metrics,
                          const std::string& kind,
                          const std::string& target,
                          bool up,
                          double at) {
  const prometheus::Labels labels = {{"kind", kind}, {"target", target}};
  if (metrics.up == nullptr) {
    metrics.up = &up_.Add(labels);
  }
  metrics.up->Set(up ? 1 : 0);
  if (!up) {
    return;
  }
  if (metrics.last_success == nullptr) {
    metrics.last_success = &last_success_.Add(labels);
  }
  metrics.last_success->Set(at);
}

void ScrapeMetrics::Remove(const TargetMetrics& metrics) {
  runs_.Remove(metrics.runs);
  duration_.Remove(metrics.duration);
  if (metrics.up != nullptr) {
    up_.Remove(metrics.up);
  }
  if (metrics.last_success != nullptr) {
    last_success_.Remove(metrics.last_success);
  }
}

void ScrapeMetrics::CountError(const std::string& kind, const std::string& target, ErrorCode code) {
  errors_.Add({{"kind", kind}, {"target", target}, {"class", std::string(ErrorCodeName(code))}})
      .Increment();
}

void ScrapeMetrics::CountRefused(ErrorCode reason, std::size_t samples) {
  if (samples > 0) {
    refused_.Add({{"reason", std::string(ErrorCodeName(reason))}})
        .Increment(static_cast<double>(samples));
  }
}

}  // namespace sidewatch::scrape
