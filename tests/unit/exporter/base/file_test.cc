#include "exporter/base/file.h"

#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

TEST(ReadFileTest, ReadsUpToTheLimit) {
  const std::string path = testing::TempDir() + "/text";
  std::ofstream(path) << std::string(100'000, 'x');
  EXPECT_EQ(ReadFile(path).value_or(""), std::string(100'000, 'x'));
  EXPECT_EQ(ReadFile(path, 100'000)->size(), 100'000U);
  EXPECT_EQ(ReadFile(path, 99'999).error().code, ErrorCode::kLimitExceeded);
  std::remove(path.c_str());
}

TEST(ReadFileTest, SaysWhatIsWrong) {
  EXPECT_EQ(ReadFile("/no/such/file").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ReadFile("/no/such/file").error().message, "No such file or directory");
  EXPECT_EQ(ReadFile(testing::TempDir()).error().message, "Is a directory")
      << "as containers make of a file that is not there";
  EXPECT_EQ(ReadFile("/dev/zero").error().code, ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace sidewatch
