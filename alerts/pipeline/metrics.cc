#include "alerts/pipeline/metrics.h"

#include <array>

#include <prometheus/registry.h>

#include "exporter/model/register_row.h"

namespace sidewatch::alerts {
namespace {

const prometheus::Histogram::BucketBoundaries& LatencyBuckets() {
  static const prometheus::Histogram::BucketBoundaries kBuckets = {
      0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return kBuckets;
}

constexpr std::string_view kReceiverLabels[] = {"integration", "receiver"};
constexpr std::string_view kFailureLabels[] = {"integration", "receiver", "reason"};
constexpr std::string_view kIntegrationLabel[] = {"integration"};
constexpr std::string_view kReasonLabel[] = {"reason"};

constexpr std::array kRows = {
    MetricDescriptor{.name = "sidewatch_notifications_total",
                     .type = MetricType::kCounter,
                     .labels = kReceiverLabels,
                     .help = "Attempts to deliver a notification.",
                     .source = "the integration"},
    MetricDescriptor{.name = "sidewatch_notifications_failed_total",
                     .type = MetricType::kCounter,
                     .labels = kFailureLabels,
                     .help = "Attempts that failed, and notifications that were given up.",
                     .source = "the integration"},
    MetricDescriptor{.name = "sidewatch_notification_latency_seconds",
                     .type = MetricType::kHistogram,
                     .labels = kIntegrationLabel,
                     .help = "How long an attempt to deliver a notification took.",
                     .source = "the integration"},
    MetricDescriptor{.name = "sidewatch_outbox_pending",
                     .labels = kReceiverLabels,
                     .help = "Notifications that are not delivered yet.",
                     .source = "the outbox"},
    MetricDescriptor{.name = "sidewatch_notifications_suppressed_total",
                     .type = MetricType::kCounter,
                     .labels = kReasonLabel,
                     .help = "Alerts that were left out of a notification, by what held them back.",
                     .source = "the pipeline"},
};
static_assert(DescriptorsAreSound(kRows));

enum Row : std::size_t { kNotifications, kFailed, kLatency, kPending, kSuppressed };

}  // namespace

std::span<const MetricDescriptor> PipelineMetrics::Rows() {
  return kRows;
}

PipelineMetrics::PipelineMetrics(prometheus::Registry& registry)
    : notifications_(RegisterRow(prometheus::BuildCounter(), kRows[kNotifications], registry)),
      failed_(RegisterRow(prometheus::BuildCounter(), kRows[kFailed], registry)),
      latency_(RegisterRow(prometheus::BuildHistogram(), kRows[kLatency], registry)),
      pending_(RegisterRow(prometheus::BuildGauge(), kRows[kPending], registry)),
      suppressed_(RegisterRow(prometheus::BuildCounter(), kRows[kSuppressed], registry)) {}

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
