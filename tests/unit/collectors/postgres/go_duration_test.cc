#include "collectors/postgres/go_duration.h"

#include <string>

#include <gtest/gtest.h>

namespace sidewatch::postgres {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::optional<double> want;
};

class GoDurationTest : public testing::TestWithParam<Case> {};

TEST_P(GoDurationTest, IsReadAsGoDoes) {
  EXPECT_EQ(ParseGoMilliseconds(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         GoDurationTest,
                         testing::Values(Case{"Hours", "1h15m30.918s", 4'530'918},
                                         Case{"Millis", "250ms", 250},
                                         Case{"CutToWholeOnes", "1999us", 1},
                                         Case{"MicroSign", "1500\xc2\xb5s", 1},
                                         Case{"Nanos", "2000000ns", 2},
                                         Case{"Negative", "-1.5h", -5'400'000},
                                         Case{"Plus", "+1s", 1000},
                                         Case{"Zero", "0", 0},
                                         Case{"NoUnit", "5", std::nullopt},
                                         Case{"NoNumber", "h", std::nullopt},
                                         Case{"Days", "1d", std::nullopt},
                                         Case{"Sql", "00:05:00", std::nullopt},
                                         Case{"TooLong", "9999999h", std::nullopt},
                                         Case{"Empty", "", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::postgres
