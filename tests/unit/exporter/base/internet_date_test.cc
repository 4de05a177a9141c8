#include "exporter/base/internet_date.h"

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

struct Case {
  std::string name;
  std::int64_t seconds = 0;
  std::string want;
};

class FormatInternetDateTest : public testing::TestWithParam<Case> {};

TEST_P(FormatInternetDateTest, Writes) {
  const TimePoint at = FromUnixMillis(GetParam().seconds * 1000 + 999);
  EXPECT_EQ(FormatInternetDate(at, "GMT"), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FormatInternetDateTest,
    testing::Values(Case{"OfRfc9110", 784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
                    Case{"Epoch", 0, "Thu, 01 Jan 1970 00:00:00 GMT"},
                    Case{"BeforeEpoch", -1, "Wed, 31 Dec 1969 23:59:59 GMT"},
                    Case{"LeapDay", 1709164800, "Thu, 29 Feb 2024 00:00:00 GMT"}),
    [](const auto& row) { return row.param.name; });

TEST(FormatInternetDateTest, TakesAMailsZone) {
  EXPECT_EQ(FormatInternetDate(FromUnixMillis(1700000000000), "+0000"),
            "Tue, 14 Nov 2023 22:13:20 +0000");
}

}  // namespace
}  // namespace sidewatch
