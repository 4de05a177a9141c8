// Against the standard library's search, at every offset of a lane.

#include "collectors/logs/literal_finder.h"

#include <random>

#include <gtest/gtest.h>

namespace sidewatch::logs {
namespace {

std::string RandomText(std::mt19937& random, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "ab\"\xff"[random() % 4];
  }
  return text;
}

TEST(LiteralFinderTest, FindsWhatTheStandardLibraryFinds) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = RandomText(random, random() % 6);
    const LiteralFinder finder(text);
    // The line ends where its memory does: reading behind it is seen by the sanitizers.
    const std::string line = RandomText(random, random() % 80);
    const std::size_t from = random() % 40;
    ASSERT_EQ(finder.At(line, from), line.find(text, from)) << text << " in " << line;
    ASSERT_EQ(finder.In(line), line.find(text) != std::string::npos);
  }
}

TEST(LiteralFinderTest, ALongTextIsFoundAtTheEnd) {
  const std::string text = "a text that is longer than a lane";
  const LiteralFinder finder(text);
  EXPECT_EQ(finder.At(std::string(100, ' ') + text, 0), 100U);
  EXPECT_EQ(finder.At(text, 0), 0U);
  EXPECT_EQ(finder.At(text, 1), std::string::npos);
  EXPECT_EQ(finder.At(text.substr(1), 0), std::string::npos);
}

}  // namespace
}  // namespace sidewatch::logs
