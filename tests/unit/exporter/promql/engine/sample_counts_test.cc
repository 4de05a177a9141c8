#include "tests/unit/exporter/promql/engine/scene.h"

namespace sidewatch::promql {
namespace {

struct Case {
  std::string name;
  std::string query;
  std::vector<std::int64_t> per_step;  ///< At 0, 60 and 120 seconds.
};

class SampleCountsTest : public testing::TestWithParam<Case> {};

TEST_P(SampleCountsTest, CountsWhatEachStepLookedAt) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {R"(a{x="1"} 1x10)", R"(a{x="2"} 1x10)", "late _ _ _ 1x10"});
  const testkit::ManualClock clock;
  const Engine engine({.count_samples = true}, clock);
  const auto query = engine.Prepare(GetParam().query);
  ASSERT_TRUE(query.has_value()) << query.error().message;

  const auto range =
      engine.Range(storage, *query, {FromUnixMillis(0), FromUnixMillis(120'000), Duration(60'000)});
  ASSERT_TRUE(range.has_value() && range->samples.has_value());
  std::int64_t total = 0;
  for (std::size_t step = 0; step < GetParam().per_step.size(); ++step) {
    const auto at = FromUnixMillis(static_cast<std::int64_t>(step) * 60'000);
    EXPECT_EQ(range->samples->per_step[step], std::pair(at, GetParam().per_step[step]));
    total += GetParam().per_step[step];
  }
  EXPECT_EQ(range->samples->per_step.size(), GetParam().per_step.size());
  EXPECT_EQ(range->samples->total, total);

  const auto instant = engine.Instant(storage, *query, FromUnixMillis(120'000));
  ASSERT_TRUE(instant.has_value() && instant->samples.has_value());
  EXPECT_EQ(instant->samples->per_step,
            (std::vector{std::pair(FromUnixMillis(120'000), GetParam().per_step.back())}));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SampleCountsTest,
    testing::Values(Case{"NoSelector", "1 + 1", {0, 0, 0}},
                    Case{"ASeriesIsASample", "a", {2, 2, 2}},
                    Case{"TwiceIsTwoSamples", "sum(a) / count(a)", {4, 4, 4}},
                    Case{"OnlyWhereThereIsOne", "late", {0, 0, 1}},
                    Case{"AWindowIsAllOfItsSamples", "sum_over_time(a[1m])", {2, 4, 4}},
                    Case{"Absent", "absent_over_time(late[1m])", {0, 0, 2}},
                    Case{"OnceForAllSteps", "a @ 60", {2, 2, 2}},
                    Case{"AWindowOnceForAllSteps", "sum_over_time(a[1m] @ 60)", {4, 4, 4}},
                    Case{"Times", "timestamp(a)", {2, 2, 2}},
                    Case{"ASubqueryIsItsWindows", "max_over_time(sum(a)[1m:30s])", {1, 2, 2}}),
    [](const auto& row) { return row.param.name; });

TEST(SampleCounts, AreNotCountedUnasked) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1x10"});
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  EXPECT_FALSE(
      engine.Instant(storage, *engine.Prepare("a"), FromUnixMillis(0))->samples.has_value());
}

TEST(SampleCounts, ThePlainSamplesOfARangeCount) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1x10", "b 1x10"});
  const testkit::ManualClock clock;
  const Engine engine({.count_samples = true}, clock);
  const auto got = engine.Instant(storage, *engine.Prepare("a[2m]"), FromUnixMillis(120'000));
  ASSERT_TRUE(got.has_value() && got->samples.has_value());
  EXPECT_EQ(got->samples->total, 4);
  EXPECT_EQ(got->samples->read, 4);
  EXPECT_EQ(got->samples->peak, 4U);
}

TEST(SampleCounts, AVectorHoldsItsOwnSamples) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {R"(a{x="1"} 1x10)", R"(a{x="2"} 1x10)"});
  const testkit::ManualClock clock;
  const Engine engine({.count_samples = true}, clock);
  const auto got = engine.Instant(storage, *engine.Prepare("a"), FromUnixMillis(120'000));
  ASSERT_TRUE(got.has_value() && got->samples.has_value());
  EXPECT_EQ(got->samples->read, 2);
  EXPECT_EQ(got->samples->peak, 2U);
}

TEST(SampleCounts, ReadsASampleOfManyWindowsOnce) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1x10"});
  const testkit::ManualClock clock;
  const Engine engine({.count_samples = true}, clock);
  const auto got = engine.Range(storage,
                                *engine.Prepare("sum_over_time(a[2m])"),
                                {FromUnixMillis(0), FromUnixMillis(120'000), Duration(30'000)});
  ASSERT_TRUE(got.has_value() && got->samples.has_value());
  EXPECT_EQ(got->samples->total, 1 + 2 + 3 + 4 + 4);
  EXPECT_EQ(got->samples->read, 5);
}

}  // namespace
}  // namespace sidewatch::promql
