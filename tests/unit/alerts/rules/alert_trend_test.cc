#include "alerts/rules/alert_trend.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"
#include "tests/testkit/fixed_store.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::alerts::rules {
namespace {

using namespace std::chrono_literals;
using testkit::kStart;

struct Case {
  std::string name;
  std::string url_expr;  ///< As it stands in a link.
  std::string want;      ///< `LAST OP LIMIT`, `LAST`, or empty: no trend.
};

class TrendTest : public testing::TestWithParam<Case> {
 protected:
  TrendTest() {
    for (const std::string instance : {"a", "b"}) {
      std::vector<Sample> samples;
      for (int minute = 0; minute <= 90; ++minute) {
        samples.push_back({kStart - 90min + minute * 1min, instance == "a" ? minute : 500.0});
      }
      store_.Add({{"__name__", "used"}, {"instance", instance}}, samples);
    }
  }

  std::optional<Trend> Ask(const std::string& expr) {
    Alert alert = testkit::MakeAlert({{"alertname", "Full"}, {"instance", "a"}, {"team", "ops"}});
    alert.generator_url = "http://x/graph?g0.expr=" + expr + "&g0.tab=1";
    return TrendOf(engine_, store_, clock_, alert, kStart);
  }

  SystemClock clock_;
  promql::Engine engine_{{}, clock_};
  testkit::FixedStore store_;
};

TEST_P(TrendTest, IsThatOfTheValueCompared) {
  const auto trend = Ask(GetParam().url_expr);
  std::string got;
  if (trend) {
    got = fmt::format("{}", trend->values.back());
    got += trend->limit ? fmt::format(" {} {}", trend->limit->op, trend->limit->value) : "";
  }
  EXPECT_EQ(got, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    TrendTest,
    testing::Values(Case{"Threshold", "used+%3E+80", "90 > 80"},
                    Case{"Negative", "%28-used%29+%3C%3D+-%2880%29", "-90 <= -80"},
                    Case{"LimitInFront", "80+%3C+used", "90 > 80"},
                    Case{"WithAnd", "%28used+%3E+80%29+and+on%28%29+vector%281%29", "90 > 80"},
                    Case{"AgainstASeries", "used+%3E+on%28instance%29+%28used+-+1%29", "90"},
                    Case{"NoComparison", "used+%2B+1", "91"},
                    Case{"Boolean", "used+%3E+bool+80", "1"},
                    Case{"OfAll", "sum%28used%29+%3E+80", "590 > 80"},
                    Case{"NotOfThisInstance", "used%7Binstance%3D%22b%22%7D+%3E+80", ""},
                    Case{"NothingThere", "absent_metric+%3E+1", ""},
                    Case{"NoExpression", "%29%29", ""}),
    [](const auto& row) { return row.param.name; });

TEST_F(TrendTest, IsOfTheLastHourMinuteByMinute) {
  const auto trend = Ask("used+%3E+80");
  ASSERT_TRUE(trend);
  EXPECT_EQ(trend->span, 1h);
  ASSERT_EQ(trend->values.size(), 61U);
  EXPECT_EQ(trend->values.front(), 30);
  EXPECT_EQ(trend->values[1], 31);
}

TEST_F(TrendTest, AlertsOfOthersHaveNone) {
  EXPECT_FALSE(TrendOf(engine_, store_, clock_, testkit::MakeAlert({{"alertname", "X"}}), kStart));
}

}  // namespace
}  // namespace sidewatch::alerts::rules
