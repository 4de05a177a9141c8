#include "alerts/mute/time_interval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/base/rfc3339.h"
#include "exporter/config/reader.h"
#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string yaml;
  std::vector<std::string> inside;
  std::vector<std::string> outside;
};

class TimeIntervalTest : public testing::TestWithParam<Case> {};

TEST_P(TimeIntervalTest, Contains) {
  const Case& c = GetParam();
  config::Diagnostics diagnostics;
  TimeInterval interval;
  ReadValue(testkit::Yaml(c.yaml, diagnostics), diagnostics, interval);
  ASSERT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  for (const std::string& at : c.inside) {
    EXPECT_TRUE(interval.Contains(*ParseRfc3339(at))) << at;
  }
  for (const std::string& at : c.outside) {
    EXPECT_FALSE(interval.Contains(*ParseRfc3339(at))) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    TimeIntervalTest,
    testing::Values(
        Case{"Always", "{}", {"2026-01-02T03:04:05Z"}, {}},
        Case{"EndIsExclusive",
             "times: [{start_time: '09:00', end_time: '17:00'}]",
             {"2026-01-02T09:00:00Z", "2026-01-02T16:59:59Z"},
             {"2026-01-02T08:59:59Z", "2026-01-02T17:00:00Z"}},
        Case{"ToMidnight",
             "times: [{start_time: '22:00', end_time: '24:00'}]",
             {"2026-01-02T23:59:59Z"},
             {"2026-01-03T00:00:00Z"}},
        Case{"LastDaysOfMonth",
             "days_of_month: ['-2:-1']",
             {"2024-02-28T12:00:00Z", "2024-02-29T12:00:00Z", "2026-04-30T00:00:00Z"},
             {"2024-02-27T12:00:00Z", "2024-03-01T00:00:00Z"}},
        Case{"DayThatSomeMonthsLack",
             "days_of_month: ['31']",
             {"2026-01-31T00:00:00Z"},
             {"2026-02-28T00:00:00Z", "2026-04-30T00:00:00Z"}},
        Case{"MonthsByNumberAndName",
             "months: ['1', 'March:may']",
             {"2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"},
             {"2026-02-01T00:00:00Z"}},
        // 2026-11-01 is a Sunday.
        Case{"SundayNight",
             "{weekdays: [sunday], times: [{start_time: '02:00', end_time: '04:00'}]}",
             {"2026-11-01T02:00:00Z", "2026-11-22T03:59:59Z"},
             {"2026-11-22T01:59:59Z",
              "2026-11-22T04:00:00Z",
              "2026-11-21T03:00:00Z",
              "2026-11-23T03:00:00Z"}},
        Case{"FirstSunday",
             "{weekdays: [sunday], days_of_month: ['1:7']}",
             {"2026-11-01T00:00:00Z", "2026-12-06T23:59:59Z"},
             {"2026-11-08T12:00:00Z",
              "2026-11-02T12:00:00Z",
              "2026-12-05T12:00:00Z",
              "2026-12-07T00:00:00Z"}},
        // Clocks there go forward on 2026-03-29 at 01:00 UTC.
        Case{"SummerTime",
             "{times: [{start_time: '09:00', end_time: '10:00'}], location: Europe/Berlin}",
             {"2026-03-28T08:30:00Z", "2026-03-29T07:30:00Z"},
             {"2026-03-28T07:30:00Z", "2026-03-29T08:30:00Z"}},
        Case{"EmptyZoneIsUtc",
             "{times: [{start_time: '09:00', end_time: '10:00'}], location: ''}",
             {"2026-03-28T09:30:00Z"},
             {"2026-03-28T08:30:00Z"}},
        Case{"WeekdayOfTheZone",
             "{weekdays: [monday], location: Australia/Sydney}",
             {"2026-11-22T14:00:00Z"},
             {"2026-11-23T14:00:00Z"}}),
    [](const auto& row) { return row.param.name; });

struct ErrorCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class TimeIntervalErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(TimeIntervalErrorTest, NamesPlaceAndReason) {
  config::Diagnostics diagnostics;
  TimeIntervals::Read(testkit::Yaml(GetParam().yaml, diagnostics), config::Node(), diagnostics);
  EXPECT_THAT(testkit::Errors(diagnostics), testing::StartsWith(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    TimeIntervalErrorTest,
    testing::Values(
        ErrorCase{
            "NoName", "[{time_intervals: []}]", "test.yml:1:2: missing name in time interval"},
        ErrorCase{
            "Twice", "[{name: a}, {name: a}]", "test.yml:1:20: time interval \"a\" is not unique"},
        ErrorCase{"Zone",
                  "[{name: a, time_intervals: [{location: Mars/Base}]}]",
                  "test.yml:1:40: unknown time zone \"Mars/Base\""},
        ErrorCase{"NoEnd",
                  "[{name: a, time_intervals: [{times: [{start_time: '09:00'}]}]}]",
                  "test.yml:1:38: both start and end times must be provided"},
        ErrorCase{"Backwards",
                  "[{name: a, time_intervals: [{years: ['2026:2025']}]}]",
                  "test.yml:1:38: end year 2025 is before start year 2026"},
        ErrorCase{"UnknownKey",
                  "[{name: a, time_intervals: [{weekday: []}]}]",
                  "test.yml:1:30: unknown key \"weekday\", did you mean \"weekdays\"?"}),
    [](const auto& row) { return row.param.name; });

TEST(TimeIntervals, NamesThoseThatHold) {
  config::Diagnostics diagnostics;
  const TimeIntervals intervals = TimeIntervals::Read(
      testkit::Yaml("[{name: winter, time_intervals: [{months: ['12'] }, {months: ['1:2']}]}]",
                    diagnostics),
      testkit::Yaml("[{name: old, time_intervals: [{years: ['2020']}]}]", diagnostics),
      diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  EXPECT_THAT(intervals.Names(), testing::ElementsAre("old", "winter"));
  const std::vector<std::string> asked = {"old", "winter", "unknown"};
  EXPECT_THAT(intervals.Holding(asked, *ParseRfc3339("2026-01-05T00:00:00Z")),
              testing::ElementsAre("winter"));
}

}  // namespace
}  // namespace sidewatch::alerts
