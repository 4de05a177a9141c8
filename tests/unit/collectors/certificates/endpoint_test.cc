#include "collectors/certificates/endpoint.h"

#include <gtest/gtest.h>

namespace sidewatch::certificates {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string host;  ///< Empty: must be refused.
  int port = 0;
  std::string server_name = {};
};

class ParseEndpointTest : public testing::TestWithParam<Case> {};

TEST_P(ParseEndpointTest, Reads) {
  const Case& c = GetParam();
  const Result<Endpoint> got = ParseEndpoint(c.text);
  ASSERT_EQ(got.has_value(), !c.host.empty());
  if (got) {
    EXPECT_EQ(got->host, c.host);
    EXPECT_EQ(got->port, c.port);
    EXPECT_EQ(got->server_name, c.server_name);
  } else {
    EXPECT_NE(got.error().message.find(c.text), std::string::npos) << got.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ParseEndpointTest,
    testing::Values(
        Case{"HostPort", "shop.example:8443", "shop.example", 8443, "shop.example"},
        Case{"HostAlone", "shop.example", "shop.example", 443, "shop.example"},
        Case{"ServerName", "10.0.0.7:443, shop.example", "10.0.0.7", 443, "shop.example"},
        Case{"Url", "https://shop.example/login", "shop.example", 443, "shop.example"},
        Case{"Ipv6", "[::1]:8443", "::1", 8443, "::1"},
        Case{"BareIpv6", "::1", "::1", 443, "::1"},
        Case{"Empty", "", ""},
        Case{"NoPort", "shop.example:", ""},
        Case{"PortZero", "shop.example:0", ""},
        Case{"PortTooHigh", "shop.example:65536", ""},
        Case{"OpenBracket", "[::1:443", ""},
        Case{"AfterBracket", "[::1]x", ""},
        Case{"EmptyServerName", "shop.example:443,", ""},
        Case{"UserInUrl", "https://me@shop.example", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::certificates
