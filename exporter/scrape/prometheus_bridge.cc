#include "exporter/scrape/prometheus_bridge.h"

#include <array>
#include <cmath>
#include <string>

#include "exporter/base/number.h"

namespace sidewatch::scrape {
namespace {

MetricType TypeOf(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return MetricType::kCounter;
    case prometheus::MetricType::Gauge:
      return MetricType::kGauge;
    case prometheus::MetricType::Summary:
      return MetricType::kSummary;
    case prometheus::MetricType::Histogram:
      return MetricType::kHistogram;
    case prometheus::MetricType::Untyped:
      return MetricType::kUnknown;
  }
  return MetricType::kUnknown;
}

/// Adds samples of one metric, which share its labels.
class MetricWriter {
 public:
  MetricWriter(MetricFamily& family, const prometheus::ClientMetric& metric)
      : family_(family), metric_(metric) {}

  void Add(std::string_view suffix, double value, Label extra = {}) {
    LabelSetBuilder builder;
    builder.Set(kMetricName, family_.name + std::string(suffix));
    for (const prometheus::ClientMetric::Label& label : metric_.label) {
      builder.Set(label.name, label.value);
    }
    if (!extra.name.empty()) {
      builder.Set(extra.name, extra.value);
    }
    family_.samples.push_back({.labels = builder.Build(), .value = value});
  }

  /// OpenMetrics' way to write a bound: `1` is `1.0`.
  static std::string Bound(double bound) {
    std::string text = FormatNumber(bound);
    if (std::isfinite(bound) && text.find_first_of(".e") == std::string::npos) {
      text += ".0";
    }
    return text;
  }

  void AddHistogram(const prometheus::ClientMetric::Histogram& histogram) {
    bool has_infinity = false;
    for (const auto& bucket : histogram.bucket) {
      has_infinity = has_infinity || std::isinf(bucket.upper_bound);
      Add("_bucket",
          static_cast<double>(bucket.cumulative_count),
          {"le", Bound(bucket.upper_bound)});
    }
    if (!has_infinity) {
      Add("_bucket", static_cast<double>(histogram.sample_count), {"le", "+Inf"});
    }
    Add("_sum", histogram.sample_sum);
    Add("_count", static_cast<double>(histogram.sample_count));
  }

  void AddSummary(const prometheus::ClientMetric::Summary& summary) {
    for (const auto& quantile : summary.quantile) {
      Add("", quantile.value, {"quantile", Bound(quantile.quantile)});
    }
    Add("_sum", summary.sample_sum);
    Add("_count", static_cast<double>(summary.sample_count));
  }

 private:
  MetricFamily& family_;
  const prometheus::ClientMetric& metric_;
};

void AddMetric(MetricFamily& family, const prometheus::ClientMetric& metric) {
  MetricWriter writer(family, metric);
  switch (family.type) {
    case MetricType::kCounter:
      writer.Add("", metric.counter.value);
      return;
    case MetricType::kGauge:
      writer.Add("", metric.gauge.value);
      return;
    case MetricType::kSummary:
      writer.AddSummary(metric.summary);
      return;
    case MetricType::kHistogram:
      writer.AddHistogram(metric.histogram);
      return;
    case MetricType::kUnknown:
    case MetricType::kInfo:
    case MetricType::kGaugeHistogram:
    case MetricType::kStateset:
      writer.Add("", metric.untyped.value);
      return;
  }
}

}  // namespace

std::vector<MetricFamily> FromPrometheus(const std::vector<prometheus::MetricFamily>& families) {
  std::vector<MetricFamily> ours;
  ours.reserve(families.size());
  for (const prometheus::MetricFamily& family : families) {
    MetricFamily& to = ours.emplace_back(MetricFamily{.name = family.name,
                                                      .type = TypeOf(family.type),
                                                      .help = family.help,
                                                      .unit = {},
                                                      .samples = {}});
    for (const prometheus::ClientMetric& metric : family.metric) {
      AddMetric(to, metric);
    }
  }
  return ours;
}

}  // namespace sidewatch::scrape
