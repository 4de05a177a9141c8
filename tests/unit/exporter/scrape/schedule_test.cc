#include "exporter/scrape/schedule.h"

#include <gtest/gtest.h>

namespace sidewatch::scrape {
namespace {

using std::chrono::seconds;

struct DueCase {
  std::string name;
  std::int64_t now;
  Duration interval;
  Duration offset;
  std::int64_t want;
};

class NextDueTest : public testing::TestWithParam<DueCase> {};

TEST_P(NextDueTest, IsTheFirstAfterNow) {
  const DueCase& c = GetParam();
  EXPECT_EQ(ToUnixMillis(NextDue(FromUnixMillis(c.now), c.interval, c.offset)), c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NextDueTest,
    testing::Values(DueCase{"Between", 17'000, seconds(15), Duration(0), 30'000},
                    DueCase{"OnTheMark", 30'000, seconds(15), Duration(0), 45'000},
                    DueCase{"WithOffset", 17'000, seconds(15), seconds(4), 19'000},
                    DueCase{"OffsetPassed", 20'000, seconds(15), seconds(4), 34'000},
                    DueCase{"BeforeTheOffset", 1'000, seconds(15), seconds(4), 4'000}),
    [](const auto& row) { return row.param.name; });

TEST(ScheduleOffsetTest, IsStableAndInsideTheInterval) {
  const Duration offset = ScheduleOffset("postgres", "main", seconds(15));
  EXPECT_EQ(offset, ScheduleOffset("postgres", "main", seconds(15)));
  EXPECT_NE(offset, ScheduleOffset("postgres", "other", seconds(15)));
  EXPECT_GE(offset, Duration(0));
  EXPECT_LT(offset, seconds(15));
}

TEST(RunTimestampTest, SnapsToTheScheduleIfNear) {
  const TimePoint due = FromUnixMillis(30'000);
  EXPECT_EQ(RunTimestamp(due, due + Duration(9), seconds(15)), due);
  EXPECT_EQ(RunTimestamp(due, due + Duration(500), seconds(15)), due + Duration(500));
  EXPECT_EQ(RunTimestamp(due, due + Duration(15), seconds(1)), due + Duration(15));
}

}  // namespace
}  // namespace sidewatch::scrape
