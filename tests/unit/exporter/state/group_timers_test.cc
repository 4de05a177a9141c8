#include "exporter/state/group_timers.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using GroupTimersTest = StateTest;

TEST_F(GroupTimersTest, KeepsTheNewestTimerOfEachGroup) {
  GroupTimers timers(*database_);
  ASSERT_TRUE(timers.Save("{}:{alertname=\"A\"}", "100").has_value());
  ASSERT_TRUE(timers.Save("{}:{alertname=\"A\"}", "200").has_value());
  ASSERT_TRUE(timers.Save("{}:{alertname=\"B\"}", "300").has_value());
  ASSERT_TRUE(timers.Delete("{}:{alertname=\"B\"}").has_value());

  const auto all = timers.LoadAll();

  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->size(), 1U);
  EXPECT_EQ(all->at("{}:{alertname=\"A\"}"), "200");
}

}  // namespace
}  // namespace sidewatch::state
