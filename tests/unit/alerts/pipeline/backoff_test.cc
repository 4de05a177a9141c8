#include "alerts/pipeline/backoff.h"

#include <gtest/gtest.h>

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesToTheLongest) {
  const BackoffOptions options = {.first = 1s, .longest = 60s};
  EXPECT_EQ(Backoff(options, 1, 0), 1s);
  EXPECT_EQ(Backoff(options, 2, 0), 2s);
  EXPECT_EQ(Backoff(options, 6, 0), 32s);
  EXPECT_EQ(Backoff(options, 7, 0), 60s);
  EXPECT_EQ(Backoff(options, 1'000'000'000, 0), 60s);
}

TEST(Backoff, JitterTakesAtMostAHalf) {
  const BackoffOptions options = {.first = 10s, .longest = 60s};
  EXPECT_EQ(Backoff(options, 1, 1), 5s);
  EXPECT_EQ(Backoff(options, 1, 0.5), 7500ms);
}

}  // namespace
}  // namespace sidewatch::alerts
