#include "exporter/cron/schedule.h"

#include <date/tz.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/base/rfc3339.h"

namespace sidewatch::cron {
namespace {

struct Case {
  std::string name;
  std::string schedule;
  std::string at;
  std::string last;
  std::string next;
};

class CronTest : public testing::TestWithParam<Case> {};

TEST_P(CronTest, FindsItsTimesInBerlin) {
  const Case& c = GetParam();
  const Result<Schedule> schedule = Schedule::Parse(c.schedule);
  ASSERT_TRUE(schedule.has_value()) << schedule.error().message;
  const date::time_zone& berlin = *date::locate_zone("Europe/Berlin");
  const TimePoint at = ParseRfc3339(c.at).value();
  const auto last = schedule->LastUntil(at, berlin);
  const auto next = schedule->NextAfter(at, berlin);
  EXPECT_EQ(last ? FormatRfc3339Nano(*last) : "none", c.last);
  EXPECT_EQ(next ? FormatRfc3339Nano(*next) : "none", c.next);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    CronTest,
    testing::Values(Case{"Nightly",
                         "0 2 * * *",
                         "2026-01-15T12:00:00Z",
                         "2026-01-15T01:00:00Z",
                         "2026-01-16T01:00:00Z"},
                    Case{"ItsOwnTimeIsTheLast",
                         "0 2 * * *",
                         "2026-01-15T01:00:00Z",
                         "2026-01-15T01:00:00Z",
                         "2026-01-16T01:00:00Z"},
                    // 29 March 2026: 02:00 to 03:00 is left out.
                    Case{"SkippedTimeIsAtTheGapsEnd",
                         "30 2 * * *",
                         "2026-03-29T10:00:00Z",
                         "2026-03-29T01:00:00Z",
                         "2026-03-30T00:30:00Z"},
                    Case{"EachHourSkipsNone",
                         "30 * * * *",
                         "2026-03-29T01:00:00Z",
                         "2026-03-29T00:30:00Z",
                         "2026-03-29T01:30:00Z"},
                    // 25 October 2026: 02:00 to 03:00 comes twice.
                    Case{"RepeatedTimeCountsOnce",
                         "30 2 * * *",
                         "2026-10-25T10:00:00Z",
                         "2026-10-25T00:30:00Z",
                         "2026-10-26T01:30:00Z"},
                    Case{"EachHourComesTwice",
                         "30 * * * *",
                         "2026-10-25T01:00:00Z",
                         "2026-10-25T00:30:00Z",
                         "2026-10-25T01:30:00Z"},
                    Case{"Weekdays",
                         "15 3 * * mon-fri",
                         "2026-01-18T12:00:00Z",
                         "2026-01-16T02:15:00Z",
                         "2026-01-19T02:15:00Z"},
                    Case{"SevenIsSunday",
                         "0 0 * * 7",
                         "2026-01-14T00:00:00Z",
                         "2026-01-10T23:00:00Z",
                         "2026-01-17T23:00:00Z"},
                    Case{"EitherDay",
                         "0 0 1 * Mon",
                         "2026-02-01T12:00:00Z",
                         "2026-01-31T23:00:00Z",
                         "2026-02-01T23:00:00Z"},
                    Case{"ListsAndSteps",
                         "5,10-20/5 */12 * jan *",
                         "2026-01-15T11:12:00Z",
                         "2026-01-15T11:10:00Z",
                         "2026-01-15T11:15:00Z"},
                    Case{"Monthly",
                         "@monthly",
                         "2026-06-15T00:00:00Z",
                         "2026-05-31T22:00:00Z",
                         "2026-06-30T22:00:00Z"},
                    Case{"LeapDay",
                         "0 12 29 2 *",
                         "2096-03-01T00:00:00Z",
                         "2096-02-29T11:00:00Z",
                         "2104-02-29T11:00:00Z"},
                    Case{"Never", "0 0 30 2 *", "2026-01-01T00:00:00Z", "none", "none"}),
    [](const auto& row) { return row.param.name; });

class CronErrorTest : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(CronErrorTest, NamesTheField) {
  const Result<Schedule> schedule = Schedule::Parse(GetParam().first);
  ASSERT_FALSE(schedule.has_value());
  EXPECT_THAT(schedule.error().message, testing::HasSubstr(GetParam().second));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         CronErrorTest,
                         testing::Values(std::pair("0 2 * *", "has 4 fields"),
                                         std::pair("60 2 * * *", "the minute \"60\""),
                                         std::pair("0 24 * * *", "the hour \"24\""),
                                         std::pair("0 2 0 * *", "the day of month \"0\""),
                                         std::pair("0 2 * foo *", "the month \"foo\""),
                                         std::pair("0 2 * * fri-mon", "the day of week"),
                                         std::pair("0 */0 * * *", "the hour \"*/0\""),
                                         std::pair("@often", "\"@often\" is not known")));

}  // namespace
}  // namespace sidewatch::cron
