#include "exporter/net/write_access.h"

#include <gtest/gtest.h>

namespace sidewatch::net {
namespace {

struct Case {
  std::string name;
  std::string range;
  std::string address;
  bool want;
};

class AddressRangeTest : public testing::TestWithParam<Case> {};

TEST_P(AddressRangeTest, Contains) {
  const Case& c = GetParam();
  const Result<AddressRange> range = AddressRange::Parse(c.range);
  ASSERT_TRUE(range.has_value()) << range.error().message;
  EXPECT_EQ(range->Contains(*IpAddress::Parse(c.address)), c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    AddressRangeTest,
    testing::Values(Case{"Inside", "10.0.0.0/8", "10.255.0.1", true},
                    Case{"Outside", "10.0.0.0/8", "11.0.0.1", false},
                    Case{"OddBits", "192.0.2.128/25", "192.0.2.200", true},
                    Case{"OddBitsOutside", "192.0.2.128/25", "192.0.2.127", false},
                    Case{"Single", "192.0.2.7", "192.0.2.7", true},
                    Case{"SingleOther", "192.0.2.7", "192.0.2.8", false},
                    Case{"Everything", "0.0.0.0/0", "203.0.113.9", true},
                    Case{"Ipv4IsNotAllIpv6", "0.0.0.0/0", "2001:db8::1", false},
                    Case{"Mapped", "10.0.0.0/8", "::ffff:10.1.2.3", true},
                    Case{"Ipv6", "2001:db8::/32", "2001:db8:1::5", true},
                    Case{"Ipv6Outside", "2001:db8::/32", "2001:db9::5", false}),
    [](const auto& row) { return row.param.name; });

TEST(AddressRangeErrorTest, RefusesWhatIsNoRange) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x", "host"}) {
    EXPECT_FALSE(AddressRange::Parse(text).has_value()) << text;
  }
}

TEST(WriteAccessTest, AsksForOneOfThreeThings) {
  HttpRequest request{.remote_address = "192.0.2.7"};
  EXPECT_TRUE(WriteAccess::Create({}, false)->Refusal(request).has_value());
  EXPECT_FALSE(WriteAccess::Create({"192.0.2.0/24"}, false)->Refusal(request).has_value());
  EXPECT_FALSE(WriteAccess::Create({}, true)->Refusal(request).has_value()) << "logged in";
  request.from_loopback = true;
  EXPECT_FALSE(WriteAccess::Create({}, false)->Refusal(request).has_value());
  EXPECT_FALSE(WriteAccess::Create({"bad"}, false).has_value());
}

TEST(WriteAccessTest, RefusesWhatAnotherSitesPageAsksFor) {
  HttpRequest request{.headers = {{"Host", "localhost:9847"}, {"Sec-Fetch-Site", "cross-site"}},
                      .remote_address = "127.0.0.1",
                      .from_loopback = true};
  EXPECT_TRUE(WriteAccess::Create({}, false)->Refusal(request).has_value()) << "an image, say";
  request.headers[1].second = "same-origin";
  EXPECT_FALSE(WriteAccess::Create({}, false)->Refusal(request).has_value());
}

TEST(LoopbackTest, ARequestThroughAProxyIsNotLocal) {
  const IpAddress local = *IpAddress::Parse("127.0.0.1");
  EXPECT_TRUE(IsFromLoopback(local, {{"Host", "a"}}));
  EXPECT_FALSE(IsFromLoopback(*IpAddress::Parse("192.0.2.7"), {{"Host", "a"}}));
  for (const char* const name : {"x-forwarded-for", "Forwarded", "Via", "X-Forwarded-Proto"}) {
    EXPECT_FALSE(IsFromLoopback(local, {{"Host", "a"}, {name, ""}})) << name;
  }
}

}  // namespace
}  // namespace sidewatch::net
