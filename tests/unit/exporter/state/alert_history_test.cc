#include "exporter/state/alert_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using testing::ElementsAre;

class AlertHistoryTest : public StateTest {
 protected:
  static AlertHistoryRow Row(const std::string& entry) {
    return {.at = FromUnixMillis(5), .kind = "fired", .fingerprint = ~0ULL, .entry = entry};
  }

  static std::vector<std::string> Entries(AlertHistory& history) {
    std::vector<std::string> entries;
    EXPECT_TRUE(history.VisitNewestFirst([&](const AlertHistoryRow& row) {
      entries.push_back(row.entry);
      return true;
    }));
    return entries;
  }
};

TEST_F(AlertHistoryTest, KeepsEverythingOfARow) {
  ASSERT_TRUE(AlertHistory(*database_).Append(std::vector{Row("a"), Row("b")}));
  Reopen();
  AlertHistory history(*database_);
  std::vector<AlertHistoryRow> rows;
  ASSERT_TRUE(history.VisitNewestFirst([&](const AlertHistoryRow& row) {
    rows.push_back(row);
    return false;
  }));
  ASSERT_EQ(rows.size(), 1U) << "the visitor has seen enough";
  EXPECT_EQ(rows[0].id, 2);
  EXPECT_EQ(rows[0].at, FromUnixMillis(5));
  EXPECT_EQ(rows[0].kind, "fired");
  EXPECT_EQ(rows[0].fingerprint, ~0ULL);
  EXPECT_EQ(rows[0].entry, "b");
}

TEST_F(AlertHistoryTest, TheOldestRowsGoFirst) {
  AlertHistory history(*database_, {.rows = 2, .bytes = 1000});
  ASSERT_TRUE(history.Append(std::vector{Row("a"), Row("b")}));
  ASSERT_TRUE(history.Append(std::vector{Row("c")}));
  EXPECT_THAT(Entries(history), ElementsAre("c", "b"));
}

TEST_F(AlertHistoryTest, BytesAreBoundedAlsoAfterARestart) {
  ASSERT_TRUE(AlertHistory(*database_).Append(std::vector{Row("aaaa"), Row("bbbb")}));
  Reopen();
  AlertHistory history(*database_, {.rows = 100, .bytes = 9});
  ASSERT_TRUE(history.Append(std::vector{Row("cccc")}));
  EXPECT_THAT(Entries(history), ElementsAre("cccc", "bbbb"));
  ASSERT_TRUE(history.Append(std::vector{Row("d")}));
  EXPECT_THAT(Entries(history), ElementsAre("d", "cccc", "bbbb"));
  ASSERT_TRUE(history.Append(std::vector{Row("far more than nine")}));
  EXPECT_THAT(Entries(history), ElementsAre()) << "one that is too big alone goes too";
}

}  // namespace
}  // namespace sidewatch::state
