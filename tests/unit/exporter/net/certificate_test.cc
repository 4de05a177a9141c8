#include "exporter/net/certificate.h"

#include <gtest/gtest.h>

#include "exporter/net/tls_facts.h"
#include "exporter/net/trust.h"
#include "tests/testkit/certificate_maker.h"

namespace sidewatch::net {
namespace {

using testkit::MadeCertificate;

TEST(CertificateTest, SaysWhatGoSays) {
  const MadeCertificate made({.common_name = "shop.example",
                              .names = "DNS:shop.example,DNS:*.shop.example,IP:192.0.2.1",
                              .serial = 4096});
  const Result<Certificate> got = ParseCertificate(made.Der());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->subject.text, "CN=shop.example,O=Shop\\, Inc.,C=DE");
  EXPECT_EQ(got->subject.organization, "Shop, Inc.");
  EXPECT_EQ(got->serial_decimal, "4096");
  EXPECT_EQ(got->serial_hex, "1000");
  EXPECT_EQ(got->fingerprint.size(), 64U);
  EXPECT_EQ(JoinedDnsNames(*got), "shop.example,*.shop.example");
  EXPECT_EQ(got->ip_addresses, std::vector<std::string>{"192.0.2.1"});
  EXPECT_FALSE(got->is_authority);
}

struct HostCase {
  std::string name;
  std::string host;
  bool matches;
};

class MatchesHostTest : public testing::TestWithParam<HostCase> {};

TEST_P(MatchesHostTest, Matches) {
  const MadeCertificate made({.names = "DNS:shop.example,DNS:*.shop.example,IP:192.0.2.1"});
  EXPECT_EQ(MatchesHost(*ParseCertificate(made.Der()), GetParam().host), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         MatchesHostTest,
                         testing::Values(HostCase{"Name", "shop.example", true},
                                         HostCase{"Case", "SHOP.example", true},
                                         HostCase{"Wildcard", "www.shop.example", true},
                                         HostCase{"TwoLabels", "a.b.shop.example", false},
                                         HostCase{"Other", "shop.example.com", false},
                                         HostCase{"Address", "192.0.2.1", true},
                                         HostCase{"OtherAddress", "192.0.2.2", false},
                                         HostCase{"CommonNameOnly", "localhost", false}),
                         [](const auto& row) { return row.param.name; });

TEST(CertificateTest, RefusesGarbage) {
  for (const std::string& bytes : {std::string(), std::string("x"), std::string(1000, '\x30')}) {
    EXPECT_FALSE(ParseCertificate(bytes));
  }
  std::string half = MadeCertificate({}).Der();
  half.resize(half.size() / 2);
  EXPECT_FALSE(ParseCertificate(half));
}

TEST(TrustTest, SaysWhyItRefuses) {
  const MadeCertificate made({});
  const Result<Trust> system = Trust::Load("");
  ASSERT_TRUE(system);
  const SystemClock clock;
  const std::vector<std::string> chain = {made.Der()};
  EXPECT_EQ(system->Verify(chain, ChainUse::kServer, clock.Now()).problem, kSelfSigned);
  EXPECT_FALSE(system->Verify({}, ChainUse::kServer, clock.Now()).valid());
  EXPECT_FALSE(Trust::Load("/no/such/file"));
}

TEST(TlsFactsTest, NamesVersionsAsGoDoes) {
  EXPECT_EQ(ShownTlsVersion("TLSv1.3"), "TLS 1.3");
  EXPECT_EQ(ShownTlsVersion("TLSv1"), "TLS 1.0");
  EXPECT_EQ(ShownTlsVersion("SSLv3"), "unknown");
}

}  // namespace
}  // namespace sidewatch::net
