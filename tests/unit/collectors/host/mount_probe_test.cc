#include "collectors/host/mount_probe.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace sidewatch::host {
namespace {

TEST(MountProbeTest, AnswersInTheOrderOfThePaths) {
  MountProbe probe;
  const auto answers = probe.Ask({"/", "/no/such/folder", "/proc"}, std::chrono::seconds(10));
  ASSERT_EQ(answers.size(), 3U);
  ASSERT_TRUE(answers[0] && answers[1] && answers[2]);
  EXPECT_EQ(answers[0]->error, 0);
  EXPECT_GT(answers[0]->numbers.f_blocks, 0U);
  EXPECT_EQ(answers[1]->error, ENOENT);
  EXPECT_EQ(answers[2]->error, 0);
}

TEST(MountProbeTest, NoPathsNoThread) {
  MountProbe probe;
  EXPECT_TRUE(probe.Ask({}, std::chrono::seconds(1)).empty());
}

}  // namespace
}  // namespace sidewatch::host
