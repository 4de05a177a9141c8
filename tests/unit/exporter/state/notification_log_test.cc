#include "exporter/state/notification_log.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using NotificationLogTest = StateTest;

NotificationLogEntry Entry(std::string group, std::int64_t expires) {
  return {.group_key = std::move(group),
          .integration = "ops/slack/0",
          .sent_at = FromUnixMillis(1000),
          .expires_at = FromUnixMillis(expires),
          .firing = {1, 0xffffffffffffffff},
          .resolved = {}};
}

TEST_F(NotificationLogTest, KeepsOneEntryAGroupAndIntegration) {
  NotificationLog log(*database_);
  ASSERT_TRUE(log.Save(Entry("a", 1)).has_value());
  ASSERT_TRUE(log.Save(Entry("a", 2)).has_value());
  Reopen();

  const auto all = NotificationLog(*database_).LoadAll();

  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(*all, std::vector{Entry("a", 2)});
}

TEST_F(NotificationLogTest, DeletesWhatExpired) {
  NotificationLog log(*database_);
  ASSERT_TRUE(log.Save(Entry("old", 100)).has_value());
  ASSERT_TRUE(log.Save(Entry("new", 200)).has_value());

  EXPECT_EQ(log.DeleteExpired(FromUnixMillis(200)).value(), 1);

  EXPECT_EQ(*log.LoadAll(), std::vector{Entry("new", 200)});
}

}  // namespace
}  // namespace sidewatch::state
