#include "exporter/base/rfc3339.h"

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::optional<std::int64_t> want_millis;
};

class ParseRfc3339Test : public testing::TestWithParam<Case> {};

TEST_P(ParseRfc3339Test, Reads) {
  const auto got = ParseRfc3339(GetParam().text);
  EXPECT_EQ(got ? std::optional(ToUnixMillis(*got)) : std::nullopt, GetParam().want_millis);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ParseRfc3339Test,
    testing::Values(Case{"Epoch", "1970-01-01T00:00:00Z", 0},
                    Case{"Fraction", "2015-06-23T13:19:44.1289Z", 1435065584128},
                    Case{"East", "1970-01-01T02:00:00+02:00", 0},
                    Case{"West", "1969-12-31T19:00:00-05:00", 0},
                    Case{"LeapDay", "2024-02-29T00:00:00Z", 1709164800000},
                    Case{"NoLeapDay", "2023-02-29T00:00:00Z", std::nullopt},
                    Case{"NoZone", "1970-01-01T00:00:00", std::nullopt},
                    Case{"NoFractionDigits", "1970-01-01T00:00:00.Z", std::nullopt},
                    Case{"Hour24", "1970-01-01T24:00:00Z", std::nullopt},
                    Case{"Trailing", "1970-01-01T00:00:00Zx", std::nullopt},
                    Case{"Empty", "", std::nullopt}),
    [](const auto& row) { return row.param.name; });

TEST(FormatRfc3339Test, WritesMilliseconds) {
  EXPECT_EQ(FormatRfc3339(FromUnixMillis(1435065584120)), "2015-06-23T13:19:44.120Z");
  EXPECT_EQ(FormatRfc3339Nano(FromUnixMillis(1435065584120)), "2015-06-23T13:19:44.12Z");
  EXPECT_EQ(FormatRfc3339Nano(FromUnixMillis(1435065584000)), "2015-06-23T13:19:44Z");
  EXPECT_EQ(FormatRfc3339(FromUnixMillis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339Nano(FromUnixMillis(10'000'000'000'000'000)), "318857-05-20T17:46:40Z");
}

}  // namespace
}  // namespace sidewatch
