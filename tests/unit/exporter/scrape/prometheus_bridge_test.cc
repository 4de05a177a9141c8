#include "exporter/scrape/prometheus_bridge.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace sidewatch::scrape {
namespace {

TEST(PrometheusBridgeTest, WritesHistogramsAsTheirSamples) {
  prometheus::Registry registry;
  auto& histogram = prometheus::BuildHistogram()
                        .Name("h_seconds")
                        .Help("H.")
                        .Register(registry)
                        .Add({{"a", "b"}}, prometheus::Histogram::BucketBoundaries{0.5, 1});
  histogram.Observe(0.7);
  histogram.Observe(3);
  const auto families = FromPrometheus(registry.Collect());
  ASSERT_EQ(families.size(), 1U);
  EXPECT_EQ(families[0].type, MetricType::kHistogram);
  std::string page;
  for (const MetricSample& sample : families[0].samples) {
    page += fmt::format("{} {}\n", sample.labels.ToString(), sample.value);
  }
  EXPECT_EQ(page,
            "h_seconds_bucket{a=\"b\", le=\"0.5\"} 0\n"
            "h_seconds_bucket{a=\"b\", le=\"1.0\"} 1\n"
            "h_seconds_bucket{a=\"b\", le=\"+Inf\"} 2\n"
            "h_seconds_sum{a=\"b\"} 3.7\n"
            "h_seconds_count{a=\"b\"} 2\n");
}

}  // namespace
}  // namespace sidewatch::scrape
