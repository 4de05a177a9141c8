#include "exporter/app/forget_start_pages.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace sidewatch::app {
namespace {

long ResidentFileKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) {
      return std::stol(line.substr(line.find_first_of("0123456789")));
    }
  }
  return -1;
}

TEST(ForgetStartPagesTest, ResidentMemoryIsLessAndTheProgramGoesOn) {
  const long before = ResidentFileKilobytes();
  ForgetStartPages();
  const long after = ResidentFileKilobytes();
  EXPECT_GT(after, 0);
  EXPECT_LT(after, before);
}

}  // namespace
}  // namespace sidewatch::app
