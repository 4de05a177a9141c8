#include "exporter/state/outbox.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using OutboxTest = StateTest;

OutboxRow Row(std::string integration, std::string group, std::string payload) {
  return {.integration = std::move(integration),
          .group_key = std::move(group),
          .payload = std::move(payload),
          .created_at = FromUnixMillis(10),
          .attempts = 0,
          .next_attempt_at = FromUnixMillis(20)};
}

NotificationLogEntry Entry(const OutboxRow& row) {
  return {.group_key = row.group_key,
          .integration = row.integration,
          .sent_at = FromUnixMillis(30),
          .expires_at = FromUnixMillis(40),
          .firing = {7},
          .resolved = {8, 9}};
}

TEST_F(OutboxTest, ANewerStateOfTheGroupSupersedesTheOlderForThatIntegrationOnly) {
  Outbox outbox(*database_);
  const auto first = outbox.Enqueue(Row("slack", "g", "firing"));
  ASSERT_TRUE(outbox.Enqueue(Row("email", "g", "firing")).has_value());
  ASSERT_TRUE(outbox.Enqueue(Row("slack", "h", "firing")).has_value());
  const auto second = outbox.Enqueue(Row("slack", "g", "resolved"));
  Reopen();

  const auto all = Outbox(*database_).LoadAll();

  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[0].integration, "email");
  EXPECT_EQ((*all)[1].group_key, "h");
  EXPECT_EQ((*all)[2].payload, "resolved");
  EXPECT_EQ((*all)[2].id, *second);
  EXPECT_NE(*first, *second);
}

TEST_F(OutboxTest, PostponeKeepsTheRow) {
  Outbox outbox(*database_);
  const auto id = outbox.Enqueue(Row("slack", "g", "x"));

  ASSERT_TRUE(outbox.Postpone(*id, 3, FromUnixMillis(99)).has_value());

  const auto all = outbox.LoadAll();
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].attempts, 3);
  EXPECT_EQ((*all)[0].next_attempt_at, FromUnixMillis(99));
  EXPECT_EQ((*all)[0].created_at, FromUnixMillis(10));
}

TEST_F(OutboxTest, CompleteMovesTheRowToTheLog) {
  Outbox outbox(*database_);
  const OutboxRow row = Row("slack", "g", "x");
  const auto id = outbox.Enqueue(row);

  ASSERT_TRUE(outbox.Complete(*id, Entry(row)).has_value());

  EXPECT_TRUE(outbox.LoadAll()->empty());
  EXPECT_EQ(*NotificationLog(*database_).LoadAll(), std::vector{Entry(row)});
}

TEST_F(OutboxTest, CompletingASupersededRowLeavesTheNewerOneWaiting) {
  Outbox outbox(*database_);
  const OutboxRow row = Row("slack", "g", "firing");
  const auto in_flight = outbox.Enqueue(row);
  ASSERT_TRUE(outbox.Enqueue(Row("slack", "g", "resolved")).has_value());

  ASSERT_TRUE(outbox.Complete(*in_flight, Entry(row)).has_value());

  ASSERT_EQ(outbox.LoadAll()->size(), 1U);
  EXPECT_EQ((*outbox.LoadAll())[0].payload, "resolved");
  EXPECT_EQ(NotificationLog(*database_).LoadAll()->size(), 1U);
}

TEST_F(OutboxTest, DropForgetsWithoutALogEntry) {
  Outbox outbox(*database_);
  const auto id = outbox.Enqueue(Row("slack", "g", "x"));

  ASSERT_TRUE(outbox.Drop(*id).has_value());

  EXPECT_TRUE(outbox.LoadAll()->empty());
  EXPECT_TRUE(NotificationLog(*database_).LoadAll()->empty());
}

}  // namespace
}  // namespace sidewatch::state
