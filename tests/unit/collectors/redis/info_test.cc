#include "collectors/redis/info.h"

#include <gtest/gtest.h>

namespace sidewatch::redis {
namespace {

TEST(InfoTest, ReadsFieldsAndLeavesTheRestOut) {
  const Info info = Info::Parse(
      "# Server\r\nredis_version:7.0.15\r\nexecutable:C:/x\r\n\r\nbad\r\n"
      "hz:10\nempty:\nhz:99");
  EXPECT_EQ(info.Text("redis_version"), "7.0.15");
  EXPECT_EQ(info.Text("executable"), "C:/x");
  EXPECT_EQ(info.Number("hz"), 10);
  EXPECT_EQ(info.Find("empty"), "");
  EXPECT_EQ(info.Number("empty"), std::nullopt);
  EXPECT_EQ(info.Find("bad"), std::nullopt);
  EXPECT_EQ(info.fields().size(), 4U);
}

TEST(InfoTest, TakesAnything) {
  EXPECT_TRUE(Info::Parse("").fields().empty());
  EXPECT_TRUE(Info::Parse("\r\n\r\n#\n").fields().empty());
  EXPECT_EQ(Info::Parse(":").fields().size(), 1U);
}

struct Case {
  std::string name;
  std::string pairs;
  std::optional<std::string_view> want;  ///< Of the key `usec`.
};

class FindPairTest : public testing::TestWithParam<Case> {};

TEST_P(FindPairTest, Finds) {
  EXPECT_EQ(FindPair(GetParam().pairs, "usec"), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         FindPairTest,
                         testing::Values(Case{"Middle", "calls=1,usec=5,x=2", "5"},
                                         Case{"Last", "calls=1,usec=5", "5"},
                                         Case{"Longer", "usec_per_call=1.5", std::nullopt},
                                         Case{"NoValue", "usec", ""},
                                         Case{"EqualsInValue", "usec=a=b", "a=b"},
                                         Case{"Empty", "", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::redis
