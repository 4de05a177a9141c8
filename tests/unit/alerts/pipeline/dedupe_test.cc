#include "alerts/pipeline/dedupe.h"

#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::kStart;

struct Case {
  std::string name;
  std::optional<AlertSets> told;
  AlertSets current;
  Duration since_told{};
  bool send_resolved = false;
  std::string want;
  bool repeats = true;
};

class NeedsUpdateTest : public testing::TestWithParam<Case> {};

TEST_P(NeedsUpdateTest, Decides) {
  const Case& c = GetParam();
  std::optional<Told> last;
  if (c.told) {
    last = Told{*c.told, kStart - c.since_told};
  }
  EXPECT_EQ(
      NotifyReasonName(NeedsUpdate(last, c.current, {1h, c.send_resolved, c.repeats}, kStart)),
      c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NeedsUpdateTest,
    testing::Values(
        Case{"FirstFiring", {}, {{1}, {}}, 0s, true, "first notification"},
        Case{"NeverToldAndOver", {}, {{}, {1}}, 0s, true, ""},
        Case{"Unchanged", AlertSets{{1}, {}}, {{1}, {}}, 1min, true, ""},
        Case{"New", AlertSets{{1}, {}}, {{1, 2}, {}}, 1min, true, "new alerts added"},
        Case{"Replaced", AlertSets{{1}, {}}, {{2}, {1}}, 1min, false, "new alerts added"},
        Case{"AllOver", AlertSets{{1}, {}}, {{}, {1}}, 1min, false, "all alerts resolved"},
        Case{"OverAndKnown", AlertSets{{}, {1}}, {{}, {1}}, 2h, true, ""},
        Case{"CameAndWent", AlertSets{{}, {1}}, {{}, {2}}, 1min, true, ""},
        Case{"OneOver", AlertSets{{1, 2}, {}}, {{1}, {2}}, 1min, true, "some alerts resolved"},
        Case{"OneOverUntold", AlertSets{{1, 2}, {}}, {{1}, {2}}, 1min, false, ""},
        Case{"Repeat", AlertSets{{1}, {}}, {{1}, {}}, 1h, true, "repeat interval elapsed"},
        Case{"TakenOn", AlertSets{{1}, {}}, {{1}, {}}, 2h, true, "", false},
        Case{
            "TakenOnButNew", AlertSets{{1}, {}}, {{1, 2}, {}}, 2h, true, "new alerts added", false},
        Case{"TakenOnAndOver",
             AlertSets{{1}, {}},
             {{}, {1}},
             2h,
             true,
             "all alerts resolved",
             false},
        Case{"NotYetRepeat", AlertSets{{1}, {}}, {{1}, {}}, 1h - 1s, true, ""}),
    [](const auto& row) { return row.param.name; });

TEST(AlertSets, AreSorted) {
  const std::vector<Alert> alerts = {testkit::MakeAlert({{"a", "1"}}),
                                     testkit::MakeAlert({{"a", "2"}}),
                                     testkit::MakeAlert({{"a", "3"}}, kStart - 1h, kStart)};
  const AlertSets sets = AlertSets::Of(alerts, kStart);
  EXPECT_EQ(sets.firing.size(), 2U);
  EXPECT_LT(sets.firing[0], sets.firing[1]);
  EXPECT_EQ(sets.resolved.size(), 1U);
}

}  // namespace
}  // namespace sidewatch::alerts
