#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/base/mutex.h"

namespace sidewatch {
namespace {

using namespace std::chrono_literals;

TEST(SlotTest, IsRefusedWhileItIsTaken) {
  Slot slot;
  slot.Take();
  EXPECT_FALSE(slot.TakeWithin(1ms));
  slot.Release();
  EXPECT_TRUE(slot.TakeWithin(1ms));
}

TEST(SlotTest, LetsInOneAtATime) {
  constexpr int kTurns = 2000;
  Slot slot;
  int unguarded = 0;  // A race here is what preset `tsan` would see.
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int turn = 0; turn < kTurns; ++turn) {
          slot.Take();
          const SlotHolder taken(slot);
          ++unguarded;
        }
      });
    }
  }
  EXPECT_EQ(unguarded, 4 * kTurns);
}

}  // namespace
}  // namespace sidewatch
