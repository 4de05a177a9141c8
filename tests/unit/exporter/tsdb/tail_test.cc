#include "exporter/tsdb/tail.h"

#include <gtest/gtest.h>

namespace sidewatch::tsdb {
namespace {

TEST(TailTest, KeepsTheOrderOfTime) {
  Tail tail;
  tail.Insert(100, 1);
  tail.Insert(300, 3);
  tail.Insert(200, 2);
  ASSERT_EQ(tail.size(), 3U);
  EXPECT_EQ(tail.time(1), 200);
  EXPECT_EQ(tail.value(1), 2);
  EXPECT_EQ(tail.first(), 100);
  EXPECT_EQ(tail.last(), 300);
}

TEST(TailTest, TakesNoMoreThanItHoldsAndNothingTooFarAway) {
  constexpr std::int64_t kFarthest = 0xffffffff;
  Tail tail;
  EXPECT_TRUE(tail.Fits(-5));
  tail.Insert(-5, 1);
  EXPECT_TRUE(tail.Fits(kFarthest - 5));
  EXPECT_FALSE(tail.Fits(kFarthest - 4));
  for (std::int64_t i = 1; i < static_cast<std::int64_t>(Tail::kSamples); ++i) {
    ASSERT_TRUE(tail.Fits(i));
    tail.Insert(i, 1);
  }
  EXPECT_FALSE(tail.Fits(1000));
  tail.Clear();
  EXPECT_TRUE(tail.Fits(kFarthest));
}

}  // namespace
}  // namespace sidewatch::tsdb
