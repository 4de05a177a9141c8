#include "exporter/base/duration.h"

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

using std::chrono::milliseconds;

struct Case {
  std::string name;
  std::string text;
  milliseconds want{};
  std::string want_error = "";  ///< Empty: must succeed.
};

class ParseDurationTest : public testing::TestWithParam<Case> {};

TEST_P(ParseDurationTest, Reads) {
  const Case& c = GetParam();
  const Result<Duration> got = ParseDuration(c.text);
  if (c.want_error.empty()) {
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(*got, c.want);
  } else {
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message, c.want_error);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ParseDurationTest,
    testing::Values(Case{"Zero", "0", milliseconds(0)},
                    Case{"Millis", "500ms", milliseconds(500)},
                    Case{"HourAndHalf", "1h30m", milliseconds(5'400'000)},
                    Case{"EveryUnit", "1y1w1d1h1m1s1ms", milliseconds(32'230'861'001)},
                    Case{"Empty", "", {}, "empty duration string"},
                    Case{"NoUnit", "15", {}, R"(not a valid duration string: "15")"},
                    Case{"Fraction", "1.5h", {}, R"(unknown unit "." in duration "1.5h")"},
                    Case{"Negative", "-5s", {}, R"(not a valid duration string: "-5s")"},
                    Case{"RisingUnits", "5s1m", {}, R"(not a valid duration string: "5s1m")"},
                    Case{"TwiceTheUnit", "5s5s", {}, R"(not a valid duration string: "5s5s")"},
                    Case{"TooLong", "300y", {}, "duration out of range"},
                    Case{"TooManyDigits", "99999999999999999999s", {}, "duration out of range"}),
    [](const auto& row) { return row.param.name; });

struct FormatCase {
  std::string name;
  milliseconds duration;
  std::string want;
};

class FormatDurationTest : public testing::TestWithParam<FormatCase> {};

TEST_P(FormatDurationTest, Writes) {
  EXPECT_EQ(FormatDuration(GetParam().duration), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         FormatDurationTest,
                         testing::Values(FormatCase{"Zero", milliseconds(0), "0s"},
                                         FormatCase{"Minutes", milliseconds(300'000), "5m"},
                                         FormatCase{"EightDays", milliseconds(691'200'000), "8d"},
                                         FormatCase{"TwoWeeks", milliseconds(1'209'600'000), "2w"},
                                         FormatCase{"Year", milliseconds(31'536'000'000), "1y"},
                                         FormatCase{
                                             "Negative", milliseconds(-90'500), "-1m30s500ms"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
