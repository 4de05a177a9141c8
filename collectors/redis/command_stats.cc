#include <optional>
#include <string>

#include "collectors/redis/parts.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kLabels[] = {"cmd"};
constexpr std::string_view kSummaryLabels[] = {"cmd", "quantile"};

constexpr MetricDescriptor kMetrics[] = {
    Counter("redis_commands_total", kLabels, "INFO commandstats calls", "Calls of the command."),
    Counter("redis_commands_duration_seconds_total",
            kLabels,
            "INFO commandstats usec",
            "Seconds spent on the command."),
    Counter("redis_commands_rejected_calls_total",
            kLabels,
            "INFO commandstats rejected_calls",
            "Calls refused before the command ran."),
    Counter("redis_commands_failed_calls_total",
            kLabels,
            "INFO commandstats failed_calls",
            "Calls that failed while the command ran."),
    MetricDescriptor{.name = "redis_latency_percentiles_usec",
                     .type = MetricType::kSummary,
                     .labels = kSummaryLabels,
                     .help = "Microseconds that calls of the command took.",
                     .source = "INFO latencystats",
                     .peer = kPeer},
};
static_assert(DescriptorsAreSound(kMetrics));

// Those of the first metrics, in their order; the last one is made of other fields.
constexpr std::string_view kPairs[] = {"calls", "usec", "rejected_calls", "failed_calls"};
constexpr double kFactors[] = {1, 1e-6, 1, 1};

constexpr std::string_view kStatPrefix = "cmdstat_";
constexpr std::string_view kPercentilePrefix = "latency_percentiles_usec_";
constexpr const MetricDescriptor& kSummary = kMetrics[4];

struct Quantile {
  std::string_view key;
  std::string_view label;
};

// What latency-tracking-info-percentiles says unless it was changed.
constexpr Quantile kQuantiles[] = {{"p50", "0.5"}, {"p99", "0.99"}, {"p99.9", "0.999"}};

MetricSample SummarySample(std::string_view suffix,
                           std::string_view command,
                           std::string_view quantile,
                           double value) {
  LabelSetBuilder labels;
  labels.Set(kMetricName, std::string(kSummary.name) + std::string(suffix));
  labels.Set("cmd", command);
  labels.Set("quantile", quantile);
  return {.labels = labels.Build(), .value = value};
}

void AddPercentiles(const Info& info,
                    std::string_view command,
                    std::string_view pairs,
                    MetricFamily& family) {
  for (const Quantile& quantile : kQuantiles) {
    const std::optional<double> value = PairNumber(pairs, quantile.key);
    if (value) {
      family.samples.push_back(SummarySample("", command, quantile.label, *value));
    }
  }
  const std::string_view stats = info.Text(std::string(kStatPrefix) + std::string(command));
  const std::optional<double> usec = PairNumber(stats, "usec");
  const std::optional<double> calls = PairNumber(stats, "calls");
  if (usec && calls) {
    family.samples.push_back(SummarySample("_sum", command, "", *usec));
    family.samples.push_back(SummarySample("_count", command, "", *calls));
  }
}

void AddStats(std::string_view command, std::string_view pairs, scrape::SampleSink& sink) {
  for (std::size_t i = 0; i < std::size(kPairs); ++i) {
    const std::optional<double> value = PairNumber(pairs, kPairs[i]);
    if (value) {
      sink.Add(kMetrics[i], {command}, *value * kFactors[i]);
    }
  }
}

void Read(const ReadContext& context, scrape::SampleSink& sink) {
  MetricFamily percentiles;
  percentiles.name = kSummary.name;
  percentiles.type = kSummary.type;
  percentiles.help = kSummary.help;
  for (const auto& [field, pairs] : context.info.fields()) {
    if (field.starts_with(kStatPrefix)) {
      AddStats(field.substr(kStatPrefix.size()), pairs, sink);
    } else if (field.starts_with(kPercentilePrefix)) {
      AddPercentiles(context.info, field.substr(kPercentilePrefix.size()), pairs, percentiles);
    }
  }
  if (!percentiles.samples.empty()) {
    sink.AddFamily(std::move(percentiles));
  }
}

constexpr std::string_view kErrorLabels[] = {"err"};

constexpr MetricDescriptor kErrorMetrics[] = {
    Counter("redis_errors_total",
            kErrorLabels,
            "INFO errorstats count",
            "Error replies by their first word."),
};
static_assert(DescriptorsAreSound(kErrorMetrics));

void ReadErrors(const ReadContext& context, scrape::SampleSink& sink) {
  constexpr std::string_view kPrefix = "errorstat_";
  for (const auto& [field, pairs] : context.info.fields()) {
    const std::optional<double> count =
        field.starts_with(kPrefix) ? PairNumber(pairs, "count") : std::nullopt;
    if (count) {
      sink.Add(kErrorMetrics[0], {field.substr(kPrefix.size())}, *count);
    }
  }
}

}  // namespace

constinit const InfoPart kCommandStatsPart = {.metrics = kMetrics, .read = &Read};

constinit const InfoPart kErrorStatsPart = {.metrics = kErrorMetrics, .read = &ReadErrors};

}  // namespace sidewatch::redis
