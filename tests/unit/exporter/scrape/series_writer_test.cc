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

TEST(SeriesWriterTest, WritesNoRunOfATargetThatJoinsAnother) {
  testkit::RecordingStore store;
  TargetConfig config = MainConfig();
  config.reports_its_run = false;
  SeriesWriter writer(config, store);
  writer.Write(Families({LabelSet{{"__name__", "x"}}}), kFirst, true, 0);
  EXPECT_THAT(store.Series(),
              testing::ElementsAre(R"(x{instance="db:5432", job="postgres", team="core"})"));
}

TEST(SeriesWriterTest, HonoursLabels) {
  testkit::RecordingStore store;
  TargetConfig config = MainConfig();
  config.honor_labels = true;
  SeriesWriter writer(config, store);
  writer.Write(Families({LabelSet{{"__name__", "x"}, {"job", "own"}}}), kFirst, true, 0);
  EXPECT_THAT(store.Series(), Contains(R"(x{instance="db:5432", job="own", team="core"})"));
}

TEST(SeriesWriterTest, AnHonouredEmptyLabelIsNone) {
  testkit::RecordingStore store;
  TargetConfig config = MainConfig();
  config.honor_labels = true;
  SeriesWriter writer(config, store);
  const Label labels[] = {{"__name__", "x"}, {"instance", ""}};
  writer.Write(Families({LabelSet::FromSorted(labels)}), kFirst, true, 0);
  EXPECT_THAT(store.Series(), Contains(R"(x{job="postgres", team="core"})"));
}

relabel::Rule MakeRule(relabel::RuleOptions options) {
  return *relabel::Rule::Create(std::move(options));
}

TEST(SeriesWriterTest, RelabelsSamplesWithTheTargetsLabelsAndCountsTheRest) {
  testkit::RecordingStore store;
  TargetConfig config = MainConfig();
  SampleRules rules;
  rules.relabel = {
      MakeRule({.source_labels = {"__name__"}, .regex = "go_.*", .action = relabel::Action::kDrop}),
      MakeRule({.source_labels = {"instance"}, .regex = "(.*):.*", .target_label = "host"})};
  config.sample_rules = std::make_shared<const SampleRules>(std::move(rules));
  SeriesWriter writer(config, store);
  const auto families =
      Families({LabelSet{{"__name__", "a"}}, LabelSet{{"__name__", "go_threads"}}});
  for (const TimePoint at : {kFirst, kSecond}) {
    ASSERT_TRUE(writer.Admit(families).has_value());
    const WriteReport report = writer.Write(families, at, true, 0);
    EXPECT_EQ(report.scraped, 2U);
    EXPECT_EQ(report.after_relabelling, 1U);
    EXPECT_EQ(report.added_series, at == kFirst ? 1U : 0U);
  }
  EXPECT_THAT(store.SamplesOf(R"(a{host="db", instance="db:5432", job="postgres", team="core"})"),
              SizeIs(2));
  EXPECT_EQ(store
                .SamplesOf(R"(scrape_samples_post_metric_relabeling{instance="db:5432", )"
                           R"(job="postgres", team="core"})")
                .front()
                .value,
            1);
}

struct LimitCase {
  std::string name;
  SampleRules rules;
  std::string want;
};

class SampleLimitTest : public testing::TestWithParam<LimitCase> {};

TEST_P(SampleLimitTest, RefusesTheRun) {
  testkit::RecordingStore store;
  TargetConfig config = MainConfig();
  config.sample_rules = std::make_shared<const SampleRules>(GetParam().rules);
  SeriesWriter writer(config, store);
  const auto families =
      Families({LabelSet{{"__name__", "a"}, {"colour", "green"}}, LabelSet{{"__name__", "b"}}});
  const Status admitted = writer.Admit(families);
  EXPECT_EQ(admitted ? "" : admitted.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SampleLimitTest,
    testing::Values(
        LimitCase{"TwoSamplesAreTwo", {.sample_limit = 2}, ""},
        LimitCase{"Samples", {.sample_limit = 1}, "sample limit exceeded"},
        LimitCase{"Labels",
                  {.label_limit = 4},
                  "label_limit exceeded (metric: a, number of labels: 5, limit: 4)"},
        LimitCase{"NameLength", {.label_name_length_limit = 8}, ""},
        LimitCase{"LongName",
                  {.label_name_length_limit = 7},
                  "label_name_length_limit exceeded (metric: a, label name: __name__, length: 8, "
                  "limit: 7)"},
        LimitCase{"LongValue", {.label_value_length_limit = 8}, ""},
        LimitCase{
            "NoName",
            {.relabel = {MakeRule({.regex = "__name__", .action = relabel::Action::kLabelDrop})}},
            "missing metric name (__name__ label)"}),
    [](const auto& row) { return row.param.name; });

TEST(SeriesWriterTest, ASeriesWithItsOwnTimesEndsByThem) {
  for (const bool track : {false, true}) {
    testkit::RecordingStore store;
    TargetConfig config = MainConfig();
    config.sample_rules =
        std::make_shared<const SampleRules>(SampleRules{.track_timestamps_staleness = track});
    SeriesWriter writer(config, store);
    auto families = Families({LabelSet{{"__name__", "a"}}});
    families[0].samples[0].at = kFirst - std::chrono::seconds(1);
    writer.Write(families, kFirst, true, 0);
    writer.Write({}, kSecond, true, 0);
    EXPECT_THAT(store.SamplesOf(R"(a{instance="db:5432", job="postgres", team="core"})"),
                SizeIs(track ? 2 : 1));
  }
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
