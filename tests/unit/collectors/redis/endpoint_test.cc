#include "collectors/redis/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::redis {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  std::string name;
  std::string url;
  std::string want;  ///< host:port or path, username, password, `tls`; apart by spaces.
};

class ParseEndpointTest : public testing::TestWithParam<Case> {};

TEST_P(ParseEndpointTest, Reads) {
  const auto got = ParseEndpoint(GetParam().url);
  ASSERT_TRUE(got) << got.error().message;
  std::string text = got->target.ToString();
  text += " " + got->username + " " + got->password.Reveal();
  text += got->target.tls ? " tls" : "";
  EXPECT_EQ(text, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ParseEndpointTest,
    testing::Values(Case{"Bare", "cache", "cache:6379  "},
                    Case{"BarePort", "cache:7000", "cache:7000  "},
                    Case{"Plain", "redis://cache", "cache:6379  "},
                    Case{"Database", "redis://cache:7000/3", "cache:7000  "},
                    Case{"Query", "redis://cache:7000/3?timeout=5", "cache:7000  "},
                    Case{"Password", "redis://:pw@cache", "cache:6379  pw"},
                    Case{"User", "redis://me:pw@cache", "cache:6379 me pw"},
                    Case{"Encoded", "redis://me:p%40%2Fw@cache", "cache:6379 me p@/w"},
                    Case{"AtInPassword", "redis://me:p@w@cache", "cache:6379 me p@w"},
                    Case{"Ipv6", "redis://[::1]:7000", "[::1]:7000  "},
                    Case{"NoHost", "redis://:pw@", "localhost:6379  pw"},
                    Case{"Tls", "rediss://cache", "cache:6379   tls"},
                    Case{"Valkey", "valkeys://cache", "cache:6379   tls"},
                    Case{"Path", "/run/redis.sock", "/run/redis.sock  "},
                    Case{"Unix", "unix:///run/redis.sock", "/run/redis.sock  "},
                    Case{"UnixUser", "unix://me:pw@/run/redis.sock?db=1", "/run/redis.sock me pw"}),
    [](const auto& row) { return row.param.name; });

class BadEndpointTest : public testing::TestWithParam<Case> {};

TEST_P(BadEndpointTest, IsRefusedWithoutItsText) {
  const auto got = ParseEndpoint(GetParam().url);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(got.error().message, HasSubstr("expected redis://"));
  EXPECT_THAT(got.error().message, Not(HasSubstr("hush")));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         BadEndpointTest,
                         testing::Values(Case{"Empty", "", ""},
                                         Case{"Scheme", "http://:hush@cache", ""},
                                         Case{"Port", "redis://:hush@cache:x", ""},
                                         Case{"BigPort", "redis://:hush@cache:70000", ""},
                                         Case{"Percent", "redis://:hush%zz@cache", ""},
                                         Case{"CutPercent", "redis://:hush%4@cache", ""},
                                         Case{"Ipv6", "redis://:hush@[::1", ""},
                                         Case{"NoPath", "unix://hush", ""}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::redis
