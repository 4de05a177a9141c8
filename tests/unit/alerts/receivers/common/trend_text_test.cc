#include "alerts/receivers/common/trend_text.h"

#include <limits>

#include <gtest/gtest.h>

#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(ShortNumberTest, Reads) {
  for (const auto& [value, want] : std::vector<std::pair<double, std::string>>{{0, "0"},
                                                                               {91.25, "91.25"},
                                                                               {0.00213, "0.00213"},
                                                                               {9999, "9999"},
                                                                               {12345, "12.35k"},
                                                                               {-1.5e6, "-1.5M"},
                                                                               {2e9, "2G"},
                                                                               {3e12, "3T"}}) {
    EXPECT_EQ(ShortNumber(value), want);
  }
}

struct Case {
  std::string name;
  std::vector<double> values;
  std::size_t width = 8;
  std::string want;
};

class SparklineTest : public testing::TestWithParam<Case> {};

TEST_P(SparklineTest, Draws) {
  EXPECT_EQ(Sparkline(GetParam().values, GetParam().width), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         SparklineTest,
                         testing::Values(Case{"Rising", {0, 1, 2, 3, 4, 5, 6, 7}, 8, "▁▂▃▄▅▆▇█"},
                                         Case{"Squeezed", {0, 1, 2, 3, 4, 5, 6, 7}, 2, "▁█"},
                                         Case{"Steady", {5, 5}, 8, "▁▁"},
                                         Case{"WithAGap", {0, kNone, 1}, 8, "▁ █"},
                                         Case{"Nothing", {}, 8, ""}),
                         [](const auto& row) { return row.param.name; });

TEST(AddTrendsTest, TellsValueLimitAndMovement) {
  NotificationSummary summary;
  summary.alerts.resize(3);
  summary.alerts[1].value = "91 %";
  Trend trend{.values = {12, 40, 95}, .span = 1h, .limit = Trend::Limit{">", 90}};
  Trend steady{.values = {7, 7}, .span = 1h, .limit = {}};
  AddTrends({trend, trend, steady}, summary);
  EXPECT_EQ(summary.alerts[0].value, "95 (fires at > 90)");
  EXPECT_EQ(summary.alerts[0].moved, "▁▃█ 12 to 95");
  EXPECT_EQ(summary.alerts[1].value, "91 % (fires at > 90)");
  EXPECT_EQ(summary.alerts[2].moved, "▁▁ steady");
}

TEST(TrendsOfTest, AsksForTheFirstThatFire) {
  testkit::ReceiverFixture fixture;
  int asked = 0;
  fixture.deps.trend = [&asked](const Alert&, TimePoint) {
    ++asked;
    return Trend{.values = {1}, .span = 1h, .limit = {}};
  };
  EXPECT_EQ(TrendsOf(fixture.Notification(9, 2), fixture.deps).size(), 3U);
  EXPECT_EQ(asked, 3);
  const Trends trends = TrendsOf(fixture.Notification(1, 1), fixture.deps);
  EXPECT_TRUE(trends.at(0));
  EXPECT_FALSE(trends.at(1));
}

}  // namespace
}  // namespace sidewatch::alerts
