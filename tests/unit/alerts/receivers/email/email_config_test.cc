#include "alerts/receivers/email/email_config.h"

#include <gtest/gtest.h>

#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kGlobal =
    "{smtp_smarthost: 'mail.example:587', smtp_from: sw@example.org, smtp_auth_username: u,"
    " smtp_auth_password: p, smtp_hello: me.example}";

EmailConfig Read(std::string_view yaml,
                 std::string_view global_yaml,
                 config::Diagnostics& diagnostics) {
  const testkit::ReceiverFixture fixture;
  const config::Node global = testkit::Yaml(global_yaml, diagnostics);
  {
    config::MapReader map(global, diagnostics);
    CheckEmailGlobal(map);
  }
  config::MapReader own(testkit::Yaml(yaml, diagnostics), diagnostics);
  return ReadEmailConfig(own, global, fixture.deps);
}

struct Case {
  std::string name;
  std::string yaml;
  std::string global;
  std::string want_error;
};

class EmailConfigTest : public testing::TestWithParam<Case> {};

TEST_P(EmailConfigTest, NamesWhatIsWrong) {
  config::Diagnostics diagnostics;
  Read(GetParam().yaml, GetParam().global, diagnostics);
  EXPECT_EQ(testkit::Errors(diagnostics), GetParam().want_error);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    EmailConfigTest,
    testing::Values(
        Case{"Fine", "to: a@b.c", std::string(kGlobal), ""},
        Case{"NoTo",
             "{from: a@b.c}",
             std::string(kGlobal),
             "test.yml:1:1: missing to address in email config"},
        Case{"NoSmarthost",
             "{to: a@b.c, from: a@b.c}",
             "{}",
             "test.yml:1:1: no global SMTP smarthost set"},
        Case{"NoFrom",
             "{to: a@b.c, smarthost: 'm:25'}",
             "{}",
             "test.yml:1:1: no global SMTP from set"},
        Case{"NoPort",
             "{to: a@b.c, smarthost: m}",
             std::string(kGlobal),
             "test.yml:1:24: address \"m\": expected host:port"},
        Case{"BadPort",
             "{to: a@b.c, smarthost: 'm:99999'}",
             std::string(kGlobal),
             "test.yml:1:24: address \"m:99999\": expected a port between 1 and 65535"},
        Case{"BareIpv6",
             "{to: a@b.c, smarthost: '::1:25'}",
             std::string(kGlobal),
             "test.yml:1:24: address \"::1:25\": an IPv6 host is written in brackets: [::1]:25"},
        Case{"BadAddress",
             "{to: 'a@b.c, nobody'}",
             std::string(kGlobal),
             "test.yml:1:6: \"nobody\" is not a mail address, expected name@host or Name "
             "<name@host>"},
        Case{"ThreadingWithoutDate",
             "{to: a@b.c, threading: {enabled: true}}",
             std::string(kGlobal),
             "test.yml:1:24: threading.thread_by_date must be either 'none' or 'daily'"},
        Case{"ThreadingAndReferences",
             "{to: a@b.c, headers: {references: x}, threading: {enabled: true, thread_by_date: "
             "none}}",
             "{smtp_smarthost: 'a:25', smtp_from: a@b.c}",
             "test.yml:1:22: conflicting configuration: threading.enabled conflicts with custom "
             "References header"},
        Case{"HeaderTwice",
             "{to: a@b.c, headers: {x-a: 1, X-A: 2}}",
             std::string(kGlobal),
             "test.yml:1:31: duplicate header \"X-A\" in email config"},
        Case{"HeaderName",
             "{to: a@b.c, headers: {'a b': 1}}",
             std::string(kGlobal),
             "test.yml:1:23: \"a b\" is not a header name"},
        Case{"GlobalPasswordTwice",
             "to: a@b.c",
             "{smtp_smarthost: 'm:1', smtp_from: a@b.c, smtp_auth_password: p, "
             "smtp_auth_password_file: f}",
             "test.yml:1:91: at most one of smtp_auth_password & smtp_auth_password_file must be "
             "configured"},
        Case{"CertificateWithoutKey",
             "{to: a@b.c, tls_config: {cert_file: c.pem}}",
             std::string(kGlobal),
             "test.yml:1:25: cert_file and key_file belong together: give both or none"},
        Case{"Secret", "{to: a@b.c, auth_secret: x, auth_identity: y}", std::string(kGlobal), ""},
        Case{"SecretTwice",
             "{to: a@b.c, auth_secret: x, auth_secret_file: y}",
             std::string(kGlobal),
             "test.yml:1:47: at most one of auth_secret & auth_secret_file must be configured"}),
    [](const auto& row) { return row.param.name; });

TEST(EmailConfig, InheritsFromGlobal) {
  config::Diagnostics diagnostics;
  const EmailConfig config =
      Read("{to: a@b.c, smarthost: '[::1]:465', auth_username: v, tls_config: {server_name: x}}",
           kGlobal,
           diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  EXPECT_EQ(config.server.host, "::1");
  EXPECT_EQ(config.server.port, 465);
  EXPECT_TRUE(config.server.implicit_tls);
  EXPECT_TRUE(config.server.require_tls);
  EXPECT_EQ(config.server.hello, "me.example");
  EXPECT_EQ(config.server.username, "v");
  EXPECT_EQ(config.server.password.Load()->Reveal(), "p");
  EXPECT_EQ(config.server.tls.server_name, "x");
  EXPECT_EQ(config.from.text(), "sw@example.org");
}

EmailConfig ReadFrom(const std::string& file,
                     std::string_view yaml,
                     std::string_view global_yaml,
                     config::Diagnostics& diagnostics) {
  const testkit::ReceiverFixture fixture;
  const auto tree = [&](std::string_view text) {
    return config::ParseYaml(text, file, config::ExpandEnv::kNo, diagnostics)
        .value_or(config::Node());
  };
  config::MapReader map(tree(yaml), diagnostics);
  return ReadEmailConfig(map, tree(global_yaml), fixture.deps);
}

TEST(EmailConfig, FilesOfTlsStandBesideTheFileThatNamesThem) {
  config::Diagnostics diagnostics;
  const EmailConfig config = ReadFrom(
      "/etc/sidewatch/am.yml",
      "{to: a@b.c, tls_config: {ca_file: ca.pem, cert_file: /c.pem, key_file: keys/k.pem}}",
      kGlobal,
      diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  EXPECT_EQ(config.server.tls.ca_file, "/etc/sidewatch/ca.pem");
  EXPECT_EQ(config.server.tls.cert_file, "/c.pem");
  EXPECT_EQ(config.server.tls.key_file, "/etc/sidewatch/keys/k.pem");
}

TEST(EmailConfig, TlsOfTheReceiverReplacesAllOfTheGlobalOnes) {
  constexpr std::string_view kGlobalTls =
      "{smtp_smarthost: 'm:25', smtp_from: a@b.c,"
      " smtp_tls_config: {ca_file: /g.pem, insecure_skip_verify: true}}";
  config::Diagnostics diagnostics;
  const EmailConfig inherited = ReadFrom("a.yml", "{to: a@b.c}", kGlobalTls, diagnostics);
  const EmailConfig own =
      ReadFrom("a.yml", "{to: a@b.c, tls_config: {server_name: x}}", kGlobalTls, diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  EXPECT_EQ(inherited.server.tls.ca_file, "/g.pem");
  EXPECT_TRUE(inherited.server.tls.insecure_skip_verify);
  EXPECT_EQ(own.server.tls.server_name, "x");
  EXPECT_EQ(own.server.tls.ca_file, "");
  EXPECT_FALSE(own.server.tls.insecure_skip_verify);
}

struct TlsCase {
  std::string name;
  std::string global;
  std::string own;
  bool want_implicit = false;
};

class EmailTlsTest : public testing::TestWithParam<TlsCase> {};

TEST_P(EmailTlsTest, BeginsAsTheFileSays) {
  config::Diagnostics diagnostics;
  const EmailConfig config = Read("{to: a@b.c, " + GetParam().own + "}",
                                  "{smtp_from: a@b.c, " + GetParam().global + "}",
                                  diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  EXPECT_EQ(config.server.implicit_tls, GetParam().want_implicit);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    EmailTlsTest,
    testing::Values(
        TlsCase{"ByPort", "smtp_smarthost: 'm:465'", "", true},
        TlsCase{"ByTheReceiversPort", "smtp_smarthost: 'm:587'", "smarthost: 'm:465'", true},
        TlsCase{"NotByPort", "smtp_smarthost: 'm:465'", "smarthost: 'm:587'", false},
        TlsCase{"Global", "smtp_smarthost: 'm:587', smtp_force_implicit_tls: true", "", true},
        TlsCase{"GlobalNot", "smtp_smarthost: 'm:465', smtp_force_implicit_tls: false", "", false},
        TlsCase{"GlobalNotForTheReceiversPort",
                "smtp_smarthost: 'm:587', smtp_force_implicit_tls: false",
                "smarthost: 'm:465'",
                false},
        TlsCase{"TheReceiverWins",
                "smtp_smarthost: 'm:465', smtp_force_implicit_tls: false",
                "force_implicit_tls: true",
                true},
        TlsCase{"TheReceiverWinsNot",
                "smtp_smarthost: 'm:465', smtp_force_implicit_tls: true",
                "force_implicit_tls: false",
                false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
