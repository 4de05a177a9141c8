#include "collectors/redis/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/redis/redis.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::redis {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  std::string name;
  std::string yaml;
  std::string want;  ///< A part of the only error.
};

class RedisOptionsTest : public testing::TestWithParam<Case> {};

TEST_P(RedisOptionsTest, TellsWhatIsWrong) {
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kRedisSpec, GetParam().yaml, clock);
  EXPECT_EQ(made.collector, nullptr);
  ASSERT_EQ(made.errors.size(), 1U);
  EXPECT_THAT(made.errors[0], HasSubstr(GetParam().want));
  EXPECT_THAT(made.errors[0], Not(HasSubstr("hush")));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RedisOptionsTest,
    testing::Values(Case{"NoUrl", "username: me", "missing key \"url\""},
                    Case{"BadUrl", "url: \"ftp://:hush@x\"", "test.yml:1:6: expected redis://"},
                    Case{"TwoPasswords",
                         "url: \"redis://:hush@x\"\npassword: hush",
                         "test.yml:2:11: the url has a password already"},
                    Case{"TlsWithoutTls",
                         "url: \"redis://x\"\ntls_config: {ca_file: /ca.pem}",
                         "test.yml:2:13: is of no use with a url that is not rediss://"},
                    Case{"KeyWithoutName",
                         "url: x\ncheck_keys: [db1=]",
                         "test.yml:2:13: \"db1=\" names no key: write key or db1=key"},
                    Case{"LimitTooHigh",
                         "url: x\ncheck_limit: 1000000",
                         "test.yml:2:14: must be between 1 and 20000"},
                    Case{"NoBatch",
                         "url: x\ncheck_keys_batch_size: 0",
                         "test.yml:2:24: must be between 1 and 100000"}),
    [](const auto& row) { return row.param.name; });

struct KeyCase {
  std::string name;
  std::string text;
  KeySpec want;
};

class KeySpecTest : public testing::TestWithParam<KeyCase> {};

TEST_P(KeySpecTest, IsReadAsThePeerDoes) {
  EXPECT_EQ(ParseKeySpec(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         KeySpecTest,
                         testing::Values(KeyCase{"Plain", "queue:*", {0, "queue:*"}},
                                         KeyCase{"Database", "db3=users", {3, "users"}},
                                         KeyCase{"Number", "3=users", {3, "users"}},
                                         KeyCase{"EqualsInTheKey", "db3=a=b", {3, "a=b"}},
                                         KeyCase{"NoDatabase", "a=b", {0, "a=b"}},
                                         KeyCase{"Negative", "db-1=b", {0, "db-1=b"}}),
                         [](const auto& row) { return row.param.name; });

TEST(RedisInstanceTest, IsNamedByItsPlace) {
  const SystemClock clock;
  const auto made = testkit::MakeCollector(
      kRedisSpec, "url: \"rediss://me:hush@cache:7000/1\"\ntls_config: {server_name: x}", clock);
  ASSERT_NE(made.collector, nullptr);
  EXPECT_EQ(made.collector->Instance(), "cache:7000");
}

}  // namespace
}  // namespace sidewatch::redis
