#include "collectors/probes/modules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::probes {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct AllowCase {
  std::string name;
  std::string allow;
  std::string host;
  int port;
  bool want;
};

class AllowedHostsTest : public testing::TestWithParam<AllowCase> {};

TEST_P(AllowedHostsTest, Decides) {
  const AllowCase& c = GetParam();
  AllowedHosts hosts;
  ASSERT_TRUE(hosts.Add(c.allow));
  EXPECT_EQ(hosts.Allows(c.host, c.port), c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    AllowedHostsTest,
    testing::Values(AllowCase{"Name", "shop.example", "shop.example", 443, true},
                    AllowCase{"NameInOtherCase", "Shop.example", "SHOP.example.", 80, true},
                    AllowCase{"Longer", "shop.example", "evil-shop.example", 80, false},
                    AllowCase{"Below", "shop.example", "a.shop.example", 80, false},
                    AllowCase{"Port", "shop.example:443", "shop.example", 443, true},
                    AllowCase{"OtherPort", "shop.example:443", "shop.example", 22, false},
                    AllowCase{"PortAndPing", "shop.example:443", "shop.example", 0, false},
                    AllowCase{"Suffix", "*.shop.example", "a.b.shop.example", 80, true},
                    AllowCase{"SuffixAlone", "*.shop.example", "shop.example", 80, false},
                    AllowCase{"Range", "10.0.0.0/8", "10.1.2.3", 5432, true},
                    AllowCase{"OutOfRange", "10.0.0.0/8", "11.1.2.3", 5432, false},
                    AllowCase{"RangeAndName", "0.0.0.0/0", "shop.example", 80, false},
                    AllowCase{"NumberInDisguise", "127.0.0.0/8", "2130706433", 80, false},
                    AllowCase{"Ipv6", "[2001:db8::1]:80", "2001:db8::1", 80, true},
                    AllowCase{"All", "*", "anything", 1, true}),
    [](const auto& row) { return row.param.name; });

TEST(AllowedHostsTest, NothingIsAllowedAtFirst) {
  EXPECT_FALSE(AllowedHosts().Allows("localhost", 80));
  EXPECT_FALSE(AllowedHosts().Allows("", 0));
}

Endpoint Read(const std::string& yaml,
              std::vector<std::string>& errors,
              const std::vector<std::string>& urls = {}) {
  config::Diagnostics diagnostics;
  const auto node = config::ParseYaml(yaml, "test.yml", config::ExpandEnv::kNo, diagnostics);
  Endpoint endpoint = ReadEndpoint(node.value_or(config::Node()), urls, diagnostics);
  errors.assign(diagnostics.errors().begin(), diagnostics.errors().end());
  return endpoint;
}

TEST(ReadEndpointTest, TakesTheModulesOfABlackboxFile) {
  std::vector<std::string> errors;
  const Endpoint endpoint = Read(R"(
allow: [shop.example]
modules:
  http_shop:
    prober: http
    timeout: 3s
    http: {valid_status_codes: [200, 503], preferred_ip_protocol: ip4, fail_if_not_ssl: true}
  smtp: {prober: tcp, tcp: {query_response: [{expect: "^220"}], tls: true}}
  ping: {prober: icmp}
)",
                                 errors,
                                 {"https://site.example/page", "tcp://db:5432", "icmp://gateway"});
  ASSERT_THAT(errors, IsEmpty());
  EXPECT_EQ(endpoint.modules.size(), 6U) << "and http_2xx, tcp_connect, icmp";
  EXPECT_EQ(endpoint.modules.at("http_shop").timeout, std::chrono::seconds(3));
  const auto& http = std::get<HttpOptions>(endpoint.modules.at("http_shop").probe);
  EXPECT_TRUE(http.fail_if_not_ssl);
  EXPECT_EQ(std::get<TcpOptions>(endpoint.modules.at("smtp").probe).steps.size(), 1U);
  EXPECT_TRUE(endpoint.allowed.Allows("shop.example", 8080));
  EXPECT_TRUE(endpoint.allowed.Allows("site.example", 443)) << "of the configured probes";
  EXPECT_FALSE(endpoint.allowed.Allows("site.example", 22));
  EXPECT_TRUE(endpoint.allowed.Allows("db", 5432));
  EXPECT_TRUE(endpoint.allowed.Allows("gateway", 0));
  EXPECT_FALSE(endpoint.allowed.Allows("localhost", 80));
}

struct Mistake {
  std::string name;
  std::string yaml;
  std::string want;
};

class EndpointMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(EndpointMistakeTest, IsNamed) {
  std::vector<std::string> errors;
  Read(GetParam().yaml, errors);
  ASSERT_FALSE(errors.empty());
  EXPECT_THAT(errors[0], HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    EndpointMistakeTest,
    testing::Values(
        Mistake{"Prober", "modules: {a: {prober: grpc}}", "no prober \"grpc\""},
        Mistake{"NoProber", "modules: {a: {timeout: 1s}}", "missing key \"prober\""},
        Mistake{"Key", "modules: {a: {prober: http, http: {nice: 1}}}", "unknown key \"nice\""},
        Mistake{"OtherProbersKeys", "modules: {a: {prober: http, tcp: {tls: x}, htt: {}}}", "htt"},
        Mistake{"Allow", "allow: [\"a b\"]", "names no host"},
        Mistake{"Range", "allow: [10.0.0.0/99]", "10.0.0.0/99"},
        Mistake{"List", "modules: [a]", "expected a map of modules"},
        Mistake{"File", "modules_file: /nowhere/blackbox.yml", "/nowhere/blackbox.yml"}),
    [](const auto& row) { return row.param.name; });

struct PointCase {
  std::string name;
  ProbeOptions module;
  std::string target;
  ErrorCode want;  ///< kInternal: it may be probed.
};

class PointAtTest : public testing::TestWithParam<PointCase> {};

TEST_P(PointAtTest, TakesWhatIsAllowedOnly) {
  AllowedHosts allowed;
  ASSERT_TRUE(allowed.Add("good.example"));
  const Result<ProbeOptions> pointed =
      PointAt({.probe = GetParam().module}, GetParam().target, allowed);
  if (GetParam().want == ErrorCode::kInternal) {
    EXPECT_TRUE(pointed) << pointed.error().message;
  } else {
    ASSERT_FALSE(pointed);
    EXPECT_EQ(pointed.error().code, GetParam().want) << pointed.error().message;
  }
}

constexpr ErrorCode kFine = ErrorCode::kInternal;
constexpr ErrorCode kRefused = ErrorCode::kPermissionDenied;
constexpr ErrorCode kWrong = ErrorCode::kInvalidArgument;

INSTANTIATE_TEST_SUITE_P(
    Table,
    PointAtTest,
    testing::Values(
        PointCase{"Host", HttpOptions(), "good.example", kFine},
        PointCase{"Url", HttpOptions(), "https://good.example:8443/a?b=http://x", kFine},
        PointCase{"Other", HttpOptions(), "http://bad.example/", kRefused},
        PointCase{"UserTrick", HttpOptions(), "http://good.example@bad.example/", kWrong},
        PointCase{"BackslashTrick", HttpOptions(), "http://bad.example\\@good.example/", kWrong},
        PointCase{"QuestionTrick", HttpOptions(), "http://bad.example?good.example", kRefused},
        PointCase{"PercentTrick", HttpOptions(), "http://good.example%2ebad.example/", kWrong},
        PointCase{"File", HttpOptions(), "file:///etc/passwd", kWrong},
        PointCase{"Space", HttpOptions(), "http://good.example/ HTTP", kWrong},
        PointCase{"Tcp", TcpOptions(), "good.example:25", kFine},
        PointCase{"TcpOther", TcpOptions(), "127.0.0.1:25", kRefused},
        PointCase{"TcpNoPort", TcpOptions(), "good.example", kWrong},
        PointCase{"Icmp", IcmpOptions(), "good.example", kFine},
        PointCase{"IcmpOther", IcmpOptions(), "127.0.0.1", kRefused},
        PointCase{"Dns", DnsOptions(), "good.example", kFine},
        PointCase{"DnsPort", DnsOptions(), "good.example:5353", kFine},
        PointCase{"DnsOther", DnsOptions(), "127.0.0.1", kRefused},
        PointCase{"DnsUrl", DnsOptions(), "dns://good.example", kWrong}),
    [](const auto& row) { return row.param.name; });

TEST(PointAtTest, RedirectsStayAmongTheAllowed) {
  AllowedHosts allowed;
  ASSERT_TRUE(allowed.Add("good.example:80"));
  const auto pointed = PointAt({.probe = HttpOptions()}, "good.example", allowed);
  ASSERT_TRUE(pointed);
  const auto& http = std::get<HttpOptions>(*pointed);
  EXPECT_EQ(http.url, "http://good.example");
  EXPECT_TRUE(http.may_follow("http://good.example/next"));
  EXPECT_FALSE(http.may_follow("http://good.example:22/next"));
  EXPECT_FALSE(http.may_follow("http://bad.example/next"));
}

}  // namespace
}  // namespace sidewatch::probes
