#include "exporter/scrape/series_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/recording_store.h"

namespace sidewatch::scrape {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

constexpr TimePoint kFirst = FromUnixMillis(1'000);
constexpr TimePoint kSecond = FromUnixMillis(16'000);

TargetConfig MainConfig() {
  TargetConfig config;
  config.job = "postgres";
  config.instance = "db:5432";
  config.labels = LabelSet{{"team", "core"}};
  return config;
}

std::vector<MetricFamily> Families(std::initializer_list<LabelSet> series) {
  MetricFamily family;
  for (const LabelSet& labels : series) {
    family.samples.push_back({.labels = labels, .value = 7});
  }
  return {family};
}

TEST(SeriesWriterTest, LabelsSeriesAsIfPrometheusHadScrapedThePeer) {
  testkit::RecordingStore store;
  const TargetConfig config = MainConfig();
  SeriesWriter writer(config, store);
  const WriteReport report = writer.Write(
      Families({LabelSet{{"__name__", "pg_up"}}, LabelSet{{"__name__", "x"}, {"job", "own"}}}),
      kFirst,
      true,
      0.5);
  EXPECT_EQ(report.scraped, 2U);
  EXPECT_EQ(report.added_series, 2U);
  EXPECT_THAT(
      store.Series(),
      IsSupersetOf({R"(pg_up{instance="db:5432", job="postgres", team="core"})",
                    R"(x{exported_job="own", instance="db:5432", job="postgres", team="core"})",
                    R"(scrape_samples_scraped{instance="db:5432", job="postgres", team="core"})"}));
  EXPECT_EQ(store.SamplesOf(R"(up{instance="db:5432", job="postgres", team="core"})").front().value,
            1);
}

TEST(SeriesWriterTest, HonoursLabels) {
  testkit::RecordingStore store;
  TargetConfig config = MainConfig();
  config.honor_labels = true;
  SeriesWriter writer(config, store);
  writer.Write(Families({LabelSet{{"__name__", "x"}, {"job", "own"}}}), kFirst, true, 0);
  EXPECT_THAT(store.Series(), Contains(R"(x{instance="db:5432", job="own", team="core"})"));
}

TEST(SeriesWriterTest, EndsTheSeriesThatARunLacks) {
  testkit::RecordingStore store;
  const TargetConfig config = MainConfig();
  SeriesWriter writer(config, store);
  writer.Write(
      Families({LabelSet{{"__name__", "a"}}, LabelSet{{"__name__", "b"}}}), kFirst, true, 0);
  writer.Write(Families({LabelSet{{"__name__", "a"}}}), kSecond, true, 0);
  const auto ended = store.SamplesOf(R"(b{instance="db:5432", job="postgres", team="core"})");
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_TRUE(IsStale(ended[1].value));
  EXPECT_EQ(ended[1].at, kSecond);
  EXPECT_FALSE(
      IsStale(store.SamplesOf(R"(a{instance="db:5432", job="postgres", team="core"})")[1].value));

  writer.EndAll(kSecond + std::chrono::seconds(1));
  EXPECT_TRUE(
      IsStale(store.SamplesOf(R"(a{instance="db:5432", job="postgres", team="core"})")[2].value));
  EXPECT_TRUE(
      IsStale(store.SamplesOf(R"(up{instance="db:5432", job="postgres", team="core"})")[2].value));
}

TEST(SeriesWriterTest, GoesOnWhenTheStoreHasDroppedTheSeries) {
  testkit::RecordingStore store;
  const TargetConfig config = MainConfig();
  SeriesWriter writer(config, store);
  writer.Write(Families({LabelSet{{"__name__", "a"}}}), kFirst, true, 0);
  store.ForgetRefs();
  writer.Write(Families({LabelSet{{"__name__", "a"}}}), kSecond, true, 0);
  EXPECT_THAT(store.SamplesOf(R"(a{instance="db:5432", job="postgres", team="core"})"), SizeIs(2));
}

TEST(SeriesWriterTest, CountsWhatIsRefused) {
  testkit::RecordingStore store;
  store.LimitSeries(1);
  const TargetConfig config = MainConfig();
  SeriesWriter writer(config, store);
  const WriteReport report = writer.Write(
      Families({LabelSet{{"__name__", "a"}}, LabelSet{{"__name__", "b"}}}), kFirst, true, 0);
  EXPECT_EQ(report.refused_over_limit, 6U);  // b and the five of the run itself
  EXPECT_EQ(report.added_series, 1U);
}

TEST(SeriesWriterTest, TakesTheFirstOfTwoEqualSeries) {
  testkit::RecordingStore store;
  const TargetConfig config = MainConfig();
  SeriesWriter writer(config, store);
  writer.Write(
      Families({LabelSet{{"__name__", "a"}}, LabelSet{{"__name__", "a"}}}), kFirst, true, 0);
  EXPECT_THAT(store.SamplesOf(R"(a{instance="db:5432", job="postgres", team="core"})"), SizeIs(1));
}

}  // namespace
}  // namespace sidewatch::scrape
