#include "alerts/template/go_time.h"

#include <gtest/gtest.h>

namespace sidewatch::alerts::templates {
namespace {

// 2026-03-09T15:04:05.006Z, a Monday.
const TimeValue kMonday{.seconds = 1'773'068'645, .nanos = 6'000'000};

struct Layout {
  std::string name;
  std::string layout;
  std::string want;
};

class FormatTimeTest : public testing::TestWithParam<Layout> {};

TEST_P(FormatTimeTest, Writes) {
  EXPECT_EQ(FormatTime(kMonday, GetParam().layout), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FormatTimeTest,
    testing::Values(Layout{"Date", "2006-01-02", "2026-03-09"},
                    Layout{"Long", "Monday, 2 January 2006", "Monday, 9 March 2026"},
                    Layout{"Short", "Mon Jan _2 06", "Mon Mar  9 26"},
                    Layout{"Kitchen", "3:04PM", "3:04PM"},
                    Layout{"Lower", "03:04 pm", "03:04 pm"},
                    Layout{"Millis", "15:04:05.000", "15:04:05.006"},
                    Layout{"Trimmed", "5.999999", "5.006"},
                    Layout{"Comma", "05,00", "05,00"},
                    Layout{"DayOfYear", "002", "068"},
                    Layout{"Zones", "Z07:00 -0700 MST", "Z +0000 UTC"},
                    Layout{"Literal", "at hour", "at hour"}),
    [](const auto& row) { return row.param.name; });

TEST(ParseTimeTest, ReadsWhatFormatWrites) {
  for (const std::string layout : {"2006-01-02T15:04:05.000Z07:00",
                                   "Mon, 02 Jan 2006 15:04:05.000 MST",
                                   "January 2, 2006 at 3:04:05.000pm"}) {
    const auto back = ParseTime(layout, FormatTime(kMonday, layout));
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(back->seconds, kMonday.seconds) << layout;
    EXPECT_EQ(back->nanos, kMonday.nanos) << layout;
  }
}

struct BadTime {
  std::string name;
  std::string layout;
  std::string text;
  std::string want;
};

class ParseTimeErrorTest : public testing::TestWithParam<BadTime> {};

TEST_P(ParseTimeErrorTest, Says) {
  const auto got = ParseTime(GetParam().layout, GetParam().text);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ParseTimeErrorTest,
    testing::Values(BadTime{"NotADate",
                            "2006-01-02",
                            "2024-x",
                            R"(parsing time "2024-x" as "2006-01-02": cannot parse "x" as "01")"},
                    BadTime{"Extra", "2006", "2024!", R"(parsing time "2024!": extra text: "!")"},
                    BadTime{"Month",
                            "2006-01-02",
                            "2024-13-01",
                            R"(parsing time "2024-13-01": month out of range)"},
                    BadTime{"Day",
                            "2006-01-02",
                            "2023-02-29",
                            R"(parsing time "2023-02-29": day out of range)"}),
    [](const auto& row) { return row.param.name; });

TEST(InZoneTest, MovesTheClockNotTheMoment) {
  const auto paris = InZone(kMonday, "Europe/Paris");
  ASSERT_TRUE(paris.has_value());
  EXPECT_EQ(PrintTime(*paris), "2026-03-09 16:04:05.006 +0100 CET");
  EXPECT_EQ(paris->seconds, kMonday.seconds);
  EXPECT_EQ(InZone(kMonday, "No/Where").error().message, "unknown time zone No/Where");
}

TEST(PrintTest, DurationsAndZero) {
  EXPECT_EQ(PrintDuration({0}), "0s");
  EXPECT_EQ(PrintDuration({1'500}), "1.5µs");
  EXPECT_EQ(PrintDuration({-2'500'000'000}), "-2.5s");
  EXPECT_EQ(PrintDuration({3'723'000'000'000}), "1h2m3s");
  EXPECT_EQ(PrintDuration({INT64_MIN}), "-2562047h47m16.854775808s");
  EXPECT_EQ(PrintTimeJson(TimeValue{}), "0001-01-01T00:00:00Z");
}

}  // namespace
}  // namespace sidewatch::alerts::templates
