#include "exporter/state/key_values.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using KeyValuesTest = StateTest;

TEST_F(KeyValuesTest, NamespacesDoNotMeet) {
  KeyValues offsets(*database_, "log_offsets");
  KeyValues silences(*database_, "silences");
  ASSERT_TRUE(offsets.Save("/app/a.log", "17").has_value());
  ASSERT_TRUE(silences.Save("/app/a.log", "silence").has_value());
  ASSERT_TRUE(offsets.SaveAll({{"/app/a.log", "18"}, {"/app/b.log", "0"}}).has_value());
  ASSERT_TRUE(silences.Delete("/app/b.log").has_value());

  const auto all = offsets.LoadAll();

  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(
      *all,
      (std::map<std::string, std::string, std::less<>>{{"/app/a.log", "18"}, {"/app/b.log", "0"}}));
  EXPECT_EQ(silences.LoadAll()->at("/app/a.log"), "silence");
}

}  // namespace
}  // namespace sidewatch::state
