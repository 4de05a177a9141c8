#include <optional>
#include <string>

#include "collectors/redis/parts.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kEventLabels[] = {"event_name"};

constexpr MetricDescriptor kLatestMetrics[] = {
    Gauge("redis_latency_spike_last",
          kEventLabels,
          "LATENCY LATEST",
          "When the event was last slow, as Unix time."),
    Gauge("redis_latency_spike_duration_seconds",
          kEventLabels,
          "LATENCY LATEST",
          "Seconds that the event took when it was last slow."),
};
static_assert(DescriptorsAreSound(kLatestMetrics));

/// Each entry is [event, time, last milliseconds, most milliseconds].
void ReadLatest(const redisReply& reply, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  constexpr std::size_t kFields = 4;
  constexpr double kMillisPerSecond = 1000;
  for (const redisReply* entry : ReplyItems(reply)) {
    const auto fields = ReplyItems(*entry);
    if (fields.size() < kFields) {
      continue;
    }
    const std::string_view event = ReplyText(*fields[0]);
    sink.Add(kLatestMetrics[0], {event}, static_cast<double>(fields[1]->integer));
    sink.Add(
        kLatestMetrics[1], {event}, static_cast<double>(fields[2]->integer) / kMillisPerSecond);
  }
}

constexpr std::string_view kBucketLabels[] = {"cmd", "le"};
constexpr MetricDescriptor kHistogramMetrics[] = {
    {.name = "redis_commands_latencies_usec",
     .type = MetricType::kHistogram,
     .labels = kBucketLabels,
     .help = "Microseconds that calls of the command took.",
     .source = "LATENCY HISTOGRAM",
     .peer = kPeer},
};
static_assert(DescriptorsAreSound(kHistogramMetrics));
constexpr const MetricDescriptor& kHistogram = kHistogramMetrics[0];

MetricSample Sample(std::string_view suffix,
                    std::string_view command,
                    std::string_view edge,
                    double value) {
  LabelSetBuilder labels;
  labels.Set(kMetricName, std::string(kHistogram.name) + std::string(suffix));
  labels.Set("cmd", command);
  labels.Set("le", edge);
  return {.labels = labels.Build(), .value = value};
}

/// `details` is [calls, n, histogram_usec, [edge, cumulative count, …]]. The reply has no sum: the
/// command's statistics do.
void AddHistogram(const Info& info,
                  std::string_view command,
                  const redisReply& details,
                  MetricFamily& family) {
  constexpr std::size_t kFields = 4;
  const auto fields = ReplyItems(details);
  if (fields.size() < kFields || fields[1]->type != REDIS_REPLY_INTEGER) {
    return;
  }
  const auto calls = static_cast<double>(fields[1]->integer);
  const auto buckets = ReplyItems(*fields[3]);
  for (std::size_t i = 0; i + 1 < buckets.size(); i += 2) {
    family.samples.push_back(Sample("_bucket",
                                    command,
                                    std::to_string(buckets[i]->integer),
                                    static_cast<double>(buckets[i + 1]->integer)));
  }
  family.samples.push_back(Sample("_bucket", command, "+Inf", calls));
  const std::optional<double> usec =
      PairNumber(info.Text("cmdstat_" + std::string(command)), "usec");
  if (usec) {
    family.samples.push_back(Sample("_sum", command, "", *usec));
  }
  family.samples.push_back(Sample("_count", command, "", calls));
}

void ReadHistogram(const redisReply& reply, const ReadContext& context, scrape::SampleSink& sink) {
  MetricFamily family;
  family.name = kHistogram.name;
  family.type = kHistogram.type;
  family.help = kHistogram.help;
  const auto items = ReplyItems(reply);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    AddHistogram(context.info, ReplyText(*items[i]), *items[i + 1], family);
  }
  if (!family.samples.empty()) {
    sink.AddFamily(std::move(family));
  }
}

constexpr std::string_view kLatestWords[] = {"LATENCY", "LATEST"};
constexpr std::string_view kHistogramWords[] = {"LATENCY", "HISTOGRAM"};

}  // namespace

constinit const CommandPart kLatencyLatestPart = {
    .words = kLatestWords, .metrics = kLatestMetrics, .read = &ReadLatest};

constinit const CommandPart kLatencyHistogramPart = {
    .words = kHistogramWords, .metrics = kHistogramMetrics, .read = &ReadHistogram};

}  // namespace sidewatch::redis
