#include "tests/unit/exporter/promql/engine/scene.h"

namespace sidewatch::promql {
namespace {

TEST(Limits, StopsAtTheMostSamples) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1x100", "b 1x100"});
  const testkit::ManualClock clock;
  const Engine engine({.max_samples = 50}, clock);
  const auto query = engine.Prepare("sum_over_time(a[1h])");
  const auto got = engine.Instant(storage, *query, FromUnixMillis(3'000'000));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(got.error().message,
            "query processing would load too many samples into memory in query execution");
}

struct LongSubquery {
  std::string name;
  std::string query;
  std::size_t max_samples;
};

class LongSubqueryTest : public testing::TestWithParam<LongSubquery> {};

TEST_P(LongSubqueryTest, IsRefusedBeforeItsStepsAreAllocated) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {R"(a{x="1"} 1x100)", R"(a{x="2"} 1x100)"});
  const testkit::ManualClock clock;
  const Engine engine({.max_samples = GetParam().max_samples}, clock);
  const auto query = engine.Prepare(GetParam().query);
  const auto got = engine.Instant(storage, *query, FromUnixMillis(3'000'000));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kLimitExceeded);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    LongSubqueryTest,
    testing::Values(LongSubquery{"OfAScalar", "max_over_time(vector(1)[100y:1ms])", 50'000'000},
                    LongSubquery{"OfASelector", "max_over_time(a[100y:1s])", 50'000'000},
                    LongSubquery{"TheRowsTogether", "max_over_time(a[1h:1s])", 5'000},
                    LongSubquery{
                        "OfASubquery", "max_over_time(max_over_time(a[1h:1s])[1h:1s])", 10'000}),
    [](const auto& row) { return row.param.name; });

TEST(Limits, StopsWhenAsked) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1"});
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  std::stop_source stop;
  stop.request_stop();
  const auto query = engine.Prepare("sum(a)");
  const auto got = engine.Instant(storage, *query, FromUnixMillis(0), stop.get_token());
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kCancelled);
}

/// A clock that is an hour later at every look.
class RacingClock final : public Clock {
 public:
  TimePoint Now() const override { return {}; }

  SteadyTime Steady() const override { return SteadyTime(std::chrono::hours(++looks_)); }

 private:
  mutable int looks_ = 0;
};

TEST(Limits, StopsAtTheDeadline) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1"});
  const RacingClock clock;
  const Engine engine({}, clock);
  const auto query = engine.Prepare("sum(a)");
  const auto got = engine.Instant(storage, *query, FromUnixMillis(0));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(got.error().message, "query timed out in expression evaluation");
}

TEST(Limits, RangeQueriesTakeNoRangeVectors) {
  const testkit::MemoryStorage storage;
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  const auto query = engine.Prepare("a[5m]");
  const auto got =
      engine.Range(storage, *query, {FromUnixMillis(0), FromUnixMillis(60'000), Duration(1000)});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().message,
            "invalid expression type \"range vector\" for range query, must be Scalar or instant "
            "Vector");
}

}  // namespace
}  // namespace sidewatch::promql
