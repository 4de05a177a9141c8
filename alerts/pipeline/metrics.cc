#include "alerts/pipeline/metrics.h"

#include <prometheus/registry.h>

namespace sidewatch::alerts {
namespace {

const prometheus::Histogram::BucketBoundaries& LatencyBuckets() {
  static const prometheus::Histogram::BucketBoundaries kBuckets = {
      0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return kBuckets;
}

}  // namespace

PipelineMetrics::PipelineMetrics(prometheus::Registry& registry)
    : notifications_(prometheus::BuildCounter()
                         .Name("sidewatch_notifications_total")
                         .Help("Attempts to deliver a notification.")
                         .Register(registry)),
      failed_(prometheus::BuildCounter()
                  .Name("sidewatch_notifications_failed_total")
                  .Help("Attempts that failed, and notifications that were given up.")
                  .Register(registry)),
      latency_(prometheus::BuildHistogram()
                   .Name("sidewatch_notification_latency_seconds")
                   .Help("How long an attempt to deliver a notification took.")
                   .Register(registry)),
      pending_(prometheus::BuildGauge()
                   .Name("sidewatch_outbox_pending")
                   .Help("Notifications that are not delivered yet.")
                   .Register(registry)),
      suppressed_(prometheus::BuildCounter()
                      .Name("sidewatch_notifications_suppressed_total")
                      .Help("Alerts that were left out of a notification, by what held them back.")
                      .Register(registry)) {}

IntegrationMetrics PipelineMetrics::ForIntegration(std::string_view kind,
                                                   const std::string& receiver) {
  const prometheus::Labels labels = {{"integration", std::string(kind)}, {"receiver", receiver}};
  return {notifications_.Add(labels),
          latency_.Add({{"integration", std::string(kind)}}, LatencyBuckets()),
          pending_.Add(labels)};
}

void PipelineMetrics::Failed(std::string_view kind,
                             const std::string& receiver,
                             std::string_view reason) {
  failed_
      .Add({{"integration", std::string(kind)},
            {"receiver", receiver},
            {"reason", std::string(reason)}})
      .Increment();
}

void PipelineMetrics::Suppressed(std::string_view reason, std::size_t alerts) {
  if (alerts > 0) {
    suppressed_.Add({{"reason", std::string(reason)}}).Increment(static_cast<double>(alerts));
  }
}

}  // namespace sidewatch::alerts
