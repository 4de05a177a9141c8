#include "exporter/cron/due_times.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include "exporter/base/rfc3339.h"

namespace sidewatch::cron {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct StateCase {
  std::string name;
  Duration waited;
  Duration grace;
  bool working;
  State want;
};

class StateAfterTest : public testing::TestWithParam<StateCase> {};

TEST_P(StateAfterTest, Judges) {
  const StateCase& c = GetParam();
  EXPECT_EQ(StateAfter(c.waited, c.grace, c.working), c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    StateAfterTest,
    testing::Values(StateCase{"Begin", Duration(0), hours(1), false, State::kDue},
                    StateCase{"FirstHalf", minutes(29), hours(1), false, State::kDue},
                    StateCase{"SecondHalf", minutes(30), hours(1), false, State::kLate},
                    StateCase{"Working", minutes(30), hours(1), true, State::kDue},
                    StateCase{"Over", hours(1), hours(1), false, State::kMissed},
                    StateCase{"WorkingTooLong", hours(1), hours(1), true, State::kMissed},
                    StateCase{"NoGrace", Duration(0), Duration(0), false, State::kMissed}),
    [](const auto& row) { return row.param.name; });

TEST(DueTimesTest, FollowTheClockBothWays) {
  const Schedule schedule = Schedule::Parse("0 2 * * *").value();
  const date::time_zone& zone = *date::locate_zone("Etc/UTC");
  const TimePoint day = ParseRfc3339("2026-03-01T00:00:00Z").value();
  DueTimes times;
  EXPECT_EQ(times.Last(schedule, zone, day + hours(3)), day + hours(2));
  EXPECT_EQ(times.next(), day + hours(26));
  EXPECT_EQ(times.Last(schedule, zone, day + hours(26)), day + hours(26));
  EXPECT_EQ(times.Last(schedule, zone, day + hours(1)), day - hours(22));
  EXPECT_EQ(times.next(), day + hours(2));
}

}  // namespace
}  // namespace sidewatch::cron
