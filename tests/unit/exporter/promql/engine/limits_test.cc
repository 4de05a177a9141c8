#include <atomic>

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

struct GrowingLabel {
  std::string name;
  std::string begin;  ///< What stands before the inner expression, and after it.
  std::string end;
  std::string error;
};

class GrowingLabelTest : public testing::TestWithParam<GrowingLabel> {};

/// Each level doubles the value of label `l`.
std::string Nested(const GrowingLabel& row, int levels) {
  std::string query = R"(label_replace(vector(1), "l", "0123456789abcdef", "", ""))";
  for (int i = 0; i < levels; ++i) {
    query.insert(0, row.begin).append(row.end);
  }
  return query;
}

TEST_P(GrowingLabelTest, GrowsNoFurtherThanAMebibyte) {
  const testkit::MemoryStorage storage;
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  const auto fits = engine.Prepare(Nested(GetParam(), 16));
  const auto longest = engine.Instant(storage, *fits, FromUnixMillis(0));
  ASSERT_TRUE(longest.has_value()) << longest.error().message;
  EXPECT_EQ(std::get<VectorValue>(longest->value).at(0).labels.Get("l").size(), 1U << 20U);
  const auto query = engine.Prepare(Nested(GetParam(), 60));
  const auto got = engine.Instant(storage, *query, FromUnixMillis(0));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(got.error().message, GetParam().error);
}

TEST_P(GrowingLabelTest, CountsAgainstTheLimitOfSamples) {
  testkit::MemoryStorage storage;
  const testkit::ManualClock clock;
  const Engine engine({.max_samples = 10'000}, clock);
  const auto query = engine.Prepare(Nested(GetParam(), 16));
  const auto got = engine.Instant(storage, *query, FromUnixMillis(0));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kLimitExceeded);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    GrowingLabelTest,
    testing::Values(GrowingLabel{"Join",
                                 "label_join(",
                                 R"(, "l", "", "l", "l"))",
                                 "label_join() would give label \"l\" a value of 2097152 bytes; "
                                 "1048576 are allowed"},
                    GrowingLabel{"Replace",
                                 "label_replace(",
                                 R"x(, "l", "$1$1", "l", "(.*)"))x",
                                 "label_replace() would give label \"l\" a value of 2097152 bytes; "
                                 "1048576 are allowed"}),
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

/// A clock that is a second later at every look.
class TickingClock final : public Clock {
 public:
  TimePoint Now() const override { return {}; }

  SteadyTime Steady() const override { return SteadyTime(std::chrono::seconds(++looks_)); }

  int looks() const { return looks_; }

 private:
  mutable std::atomic<int> looks_ = 0;
};

struct LongRow {
  std::string name;
  std::string query;
};

class LongRowTest : public testing::TestWithParam<LongRow> {};

TEST_P(LongRowTest, EndsAtTheDeadlineAmidARow) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"a 1+1x2000"});
  const TickingClock clock;
  const Engine engine({.timeout = std::chrono::seconds(8)}, clock);
  const auto query = engine.Prepare(GetParam().query);
  ASSERT_TRUE(query.has_value()) << query.error().message;
  const auto got = engine.Range(
      storage, *query, {FromUnixMillis(0), FromUnixMillis(60'000'000), Duration(6'000)});
  ASSERT_FALSE(got.has_value()) << clock.looks();
  EXPECT_EQ(got.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_LT(clock.looks(), 12);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         LongRowTest,
                         testing::Values(LongRow{"Quantile", "quantile_over_time(0.5, a[5h])"},
                                         LongRow{"Sum", "sum_over_time((a / 0)[5h:30s])"},
                                         LongRow{"Deviation", "stddev_over_time(a[5h])"},
                                         LongRow{"Line", "predict_linear(a[5h], 60)"},
                                         LongRow{"Slope", "deriv(a[5h])"}),
                         [](const auto& row) { return row.param.name; });

struct ManyNumbers {
  std::string name;
  std::string begin;  ///< Repeated around the inner expression.
  std::string inner;
  std::string end;
};

class ManyNumbersTest : public testing::TestWithParam<ManyNumbers> {};

TEST_P(ManyNumbersTest, CountAgainstTheLimitOfSamples) {
  const testkit::MemoryStorage storage;
  const testkit::ManualClock clock;
  const Engine engine({.max_samples = 1'000'000}, clock);
  std::string text = GetParam().inner;
  for (int i = 0; i < 200; ++i) {
    text.insert(0, GetParam().begin).append(GetParam().end);
  }
  const auto query = engine.Prepare("sum_over_time(" + text + "[100s:1ms])");
  ASSERT_TRUE(query.has_value()) << query.error().message;
  const auto got = engine.Instant(storage, *query, FromUnixMillis(200'000));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kLimitExceeded);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ManyNumbersTest,
                         testing::Values(ManyNumbers{"Scalars", "(", "vector(1)", " + time())"},
                                         ManyNumbers{
                                             "Vectors", "(", "vector(1)", " + vector(time()))"}),
                         [](const auto& row) { return row.param.name; });

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
