#include "exporter/state/alert_states.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using AlertStatesTest = StateTest;

TEST_F(AlertStatesTest, KeepsTheNewestStatesOfEachGroupOverARestart) {
  const std::string binary("\0\xff states", 9);
  {
    AlertStates states(*database_);
    ASSERT_TRUE(states.Save("node.yml;disk", "old").has_value());
    ASSERT_TRUE(states.Save("node.yml;disk", binary).has_value());
    ASSERT_TRUE(states.Save("node.yml;empty", "").has_value());
    ASSERT_TRUE(states.Save("gone", "x").has_value());
    ASSERT_TRUE(states.Delete("gone").has_value());
    ASSERT_TRUE(states.Delete("never was").has_value());
  }
  Reopen();

  const auto all = AlertStates(*database_).LoadAll();

  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at("node.yml;disk"), binary);
  EXPECT_EQ(all->at("node.yml;empty"), "");
}

}  // namespace
}  // namespace sidewatch::state
