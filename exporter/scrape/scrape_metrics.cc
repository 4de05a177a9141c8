#include "exporter/scrape/scrape_metrics.h"

namespace sidewatch::scrape {

ScrapeMetrics::ScrapeMetrics(prometheus::Registry& registry)
    : runs_(prometheus::BuildCounter()
                .Name("sidewatch_collector_runs_total")
                .Help("Runs of a target's collector, also those that failed.")
                .Register(registry)),
      errors_(prometheus::BuildCounter()
                  .Name("sidewatch_collector_errors_total")
                  .Help("Runs of a target's collector that failed, by class of error.")
                  .Register(registry)),
      duration_(prometheus::BuildHistogram()
                    .Name("sidewatch_collector_duration_seconds")
                    .Help("How long the runs of a target's collector took.")
                    .Register(registry)),
      up_(prometheus::BuildGauge()
              .Name("sidewatch_target_up")
              .Help("1 if the last run of the target worked, else 0.")
              .Register(registry)),
      last_success_(prometheus::BuildGauge()
                        .Name("sidewatch_target_last_success_timestamp_seconds")
                        .Help("When a run of the target last worked.")
                        .Register(registry)),
      refused_(prometheus::BuildCounter()
                   .Name("sidewatch_samples_refused_total")
                   .Help("Samples that the series store refused, by reason.")
                   .Register(registry)) {}

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
