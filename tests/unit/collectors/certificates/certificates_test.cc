#include "collectors/certificates/certificates.h"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/net/certificate.h"
#include "tests/testkit/certificate_maker.h"
#include "tests/testkit/child_process.h"
#include "tests/testkit/parity.h"
#include "tests/testkit/recording_log.h"
#include "tests/testkit/run_collector.h"
#include "tests/testkit/silent_server.h"
#include "tests/testkit/tls_listener.h"

namespace sidewatch::certificates {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testkit::CertificateWish;
using testkit::MadeCertificate;

constexpr long kDay = 24 * 3600;

class CertificatesTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    return Path(name);
  }

  /// A server that shows `made` and, behind it, `rest`.
  testkit::TlsListener& Serve(const std::string& name,
                              const MadeCertificate& made,
                              const std::string& rest = {}) {
    const std::string certificate = Write(name + ".served", made.CertificatePem() + rest);
    return *listeners_.emplace_back(
        std::make_unique<testkit::TlsListener>(certificate, Write(name + ".key", made.KeyPem())));
  }

  /// One run over the target that `yaml` describes.
  void Run(const std::string& yaml, Duration timeout = std::chrono::seconds(20)) {
    testkit::MadeCollector made = testkit::MakeCollector(
        kCertificatesSpec, yaml, clock_, {log_, LogLevel::kInfo, LogFormat::kLogfmt, clock_});
    ASSERT_THAT(made.errors, testing::IsEmpty());
    collector_ = std::move(made.collector);
    Again(timeout);
  }

  void Again(Duration timeout = std::chrono::seconds(20)) {
    collected_ = testkit::CollectOnce(*collector_, clock_, timeout);
    EXPECT_THAT(collected_->sink.Duplicates(), testing::IsEmpty());
  }

  std::optional<double> Find(const std::string& series) const {
    return collected_->sink.Find(series);
  }

  std::optional<double> Of(const std::string& metric, const testkit::TlsListener& server) const {
    return Find(fmt::format("{}{{endpoint=\"127.0.0.1:{}\"}}", metric, server.port()));
  }

  std::optional<double> Problem(const testkit::TlsListener& server, const char* reason) const {
    return Find(fmt::format(
        "certificate_problem{{endpoint=\"127.0.0.1:{}\", reason=\"{}\"}}", server.port(), reason));
  }

  SystemClock clock_;
  std::shared_ptr<testkit::RecordingLog> log_ = std::make_shared<testkit::RecordingLog>();
  testkit::TempFolder folder_{false};
  std::vector<std::unique_ptr<testkit::TlsListener>> listeners_;
  std::unique_ptr<scrape::Collector> collector_;
  std::unique_ptr<testkit::Collected> collected_;
};

std::string Endpoint(const testkit::TlsListener& server) {
  return fmt::format("\"127.0.0.1:{}\"", server.port());
}

TEST_F(CertificatesTest, ShowsAFileAsThePeerDoes) {
  const MadeCertificate made({.serial = 258});
  const std::string path = Write("shop.pem", made.CertificatePem());
  Run(fmt::format("{{name: shop, files: [\"{}\"], expose_relative: true}}", path));
  const std::string labels = fmt::format(
      "{{filename=\"shop.pem\", filepath=\"{}\", issuer_C=\"DE\", issuer_CN=\"localhost\", "
      "issuer_O=\"Shop, Inc.\", serial_number=\"258\", subject_C=\"DE\", "
      "subject_CN=\"localhost\", subject_O=\"Shop, Inc.\"}}",
      path);
  const double expected = ToUnixSeconds(net::ParseCertificate(made.Der())->not_after);
  EXPECT_EQ(Find("x509_cert_not_after" + labels), expected);
  EXPECT_EQ(Find("x509_cert_expired" + labels), 0);
  EXPECT_NEAR(*Find("x509_cert_expires_in_seconds" + labels), kDay, 60);
  EXPECT_NEAR(*Find("x509_cert_valid_since_seconds" + labels), 3600, 60);
  EXPECT_EQ(Find("x509_source_bundles{source_kind=\"file\", source_name=\"shop\"}"), 1);
  EXPECT_EQ(Find("x509_read_errors"), 0);
}

TEST_F(CertificatesTest, OneBrokenFileLeavesTheOthers) {
  const std::string good = Write("good.pem", MadeCertificate({.until = -60}).CertificatePem());
  const std::string bad = Write("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
  Run(fmt::format("{{files: [\"{}\", \"{}\", \"{}\"]}}", good, bad, Path("none.pem")));
  EXPECT_TRUE(collected_->status);
  EXPECT_EQ(Find(fmt::format("certificate_problem{{file=\"{}\", reason=\"bad_pem\"}}", bad)), 1);
  EXPECT_EQ(Find(fmt::format("certificate_problem{{file=\"{}\", reason=\"not_found\"}}",
                             Path("none.pem"))),
            1);
  EXPECT_EQ(Find(fmt::format("certificate_problem{{file=\"{}\", reason=\"expired\"}}", good)),
            std::nullopt)
      << "self-signed comes before expired";
  EXPECT_EQ(Find("x509_read_errors"), 2);
  EXPECT_EQ(Find("x509_source_errors_total{reason=\"bad_pem\", source_kind=\"file\", "
                 "source_name=\"certificates\"}"),
            1);
  EXPECT_EQ(Find(fmt::format("x509_cert_error{{filename=\"bad.pem\", filepath=\"{}\"}}", bad)), 1);
  Again();
  EXPECT_EQ(Find("x509_source_errors_total{reason=\"bad_pem\", source_kind=\"file\", "
                 "source_name=\"certificates\"}"),
            2);
  const auto lines = log_->lines();
  EXPECT_EQ(std::count_if(
                lines.begin(),
                lines.end(),
                [](const std::string& line) { return line.find("bad_pem") != std::string::npos; }),
            1)
      << "a problem is told once";
}

TEST_F(CertificatesTest, JudgesTheChainInAFile) {
  const MadeCertificate ca({.common_name = "Test CA", .names = "", .authority = true});
  const MadeCertificate between({.common_name = "Between", .names = "", .authority = true}, &ca);
  const MadeCertificate leaf({}, &between);
  const std::string ca_file = Write("ca.pem", ca.CertificatePem());
  const std::string whole = Write("whole.pem", leaf.CertificatePem() + between.CertificatePem());
  const std::string alone = Write("alone.pem", leaf.CertificatePem());
  const std::string self = Write("self.pem", MadeCertificate({}).CertificatePem());
  Run(fmt::format("{{files: [\"{}\"], ca_file: \"{}\"}}", folder_.path(), ca_file));
  const auto valid = [&](const std::string& path) {
    return Find(fmt::format("certificate_chain_valid{{filepath=\"{}\"}}", path));
  };
  EXPECT_EQ(valid(whole), 1);
  EXPECT_EQ(valid(alone), 0);
  EXPECT_EQ(
      Find(fmt::format("certificate_problem{{file=\"{}\", reason=\"untrusted_issuer\"}}", alone)),
      1);
  EXPECT_EQ(valid(ca_file), std::nullopt) << "an authority is not what a server shows";
  EXPECT_EQ(valid(self), std::nullopt);
  EXPECT_EQ(Find(fmt::format("certificate_problem{{file=\"{}\", reason=\"self_signed\"}}", self)),
            1);
}

TEST_F(CertificatesTest, IsDownWhenNothingCanBeRead) {
  Run(fmt::format("{{files: [\"{}\"]}}", Path("none.pem")));
  ASSERT_FALSE(collected_->status);
  EXPECT_THAT(collected_->status.error().message, HasSubstr("none.pem: cannot read: No such file"));
}

TEST_F(CertificatesTest, MeasuresWhatIsWrongWithAServersCertificate) {
  const MadeCertificate ca({.common_name = "Test CA", .names = "", .authority = true});
  const std::string ca_file = Write("ca.pem", ca.CertificatePem());
  auto& good = Serve("good", MadeCertificate({}, &ca));
  auto& expired = Serve("expired", MadeCertificate({.until = -60}, &ca));
  auto& wrong = Serve("wrong", MadeCertificate({.names = "DNS:other.example"}, &ca));
  auto& self_signed = Serve("self", MadeCertificate({}));
  auto& early = Serve("early", MadeCertificate({.from = 3600}, &ca));
  Run(fmt::format("{{ca_file: \"{}\", endpoints: [{}, {}, {}, {}, {}]}}",
                  ca_file,
                  Endpoint(good),
                  Endpoint(expired),
                  Endpoint(wrong),
                  Endpoint(self_signed),
                  Endpoint(early)));
  EXPECT_TRUE(collected_->status);
  for (const auto* server : {&good, &expired, &wrong, &self_signed, &early}) {
    EXPECT_EQ(Of("probe_success", *server), 1);
    EXPECT_EQ(Of("certificate_chain_valid", *server), server == &good || server == &wrong ? 1 : 0);
    EXPECT_EQ(Of("certificate_name_matches", *server), server == &wrong ? 0 : 1);
    EXPECT_TRUE(Of("probe_ssl_earliest_cert_expiry", *server));
  }
  EXPECT_TRUE(Of("probe_ssl_last_chain_expiry_timestamp_seconds", good));
  EXPECT_FALSE(Of("probe_ssl_last_chain_expiry_timestamp_seconds", expired));
  EXPECT_EQ(Problem(expired, "expired"), 1);
  EXPECT_EQ(Problem(wrong, "wrong_name"), 1);
  EXPECT_EQ(Problem(self_signed, "self_signed"), 1);
  EXPECT_EQ(Problem(early, "not_yet_valid"), 1);
}

TEST_F(CertificatesTest, OneThatHangsTakesNothingFromTheOthers) {
  const testkit::SilentServer silent;
  auto& good = Serve("good", MadeCertificate({}));
  int closed = 0;
  {
    closed = testkit::TcpListener([](int) {}).port();
  }
  Run(fmt::format(
          "{{endpoints: [\"127.0.0.1:{}\", \"127.0.0.1:{}\", \"no-such-host.invalid\", {}]}}",
          silent.port(),
          closed,
          Endpoint(good)),
      std::chrono::seconds(8));
  EXPECT_TRUE(collected_->status);
  EXPECT_EQ(Of("probe_success", good), 1);
  const std::string silent_name = fmt::format("endpoint=\"127.0.0.1:{}\"", silent.port());
  EXPECT_EQ(Find("probe_success{" + silent_name + "}"), 0);
  EXPECT_EQ(Find("certificate_problem{" + silent_name + ", reason=\"timeout\"}"), 1);
  EXPECT_EQ(Find("probe_ssl_earliest_cert_expiry{" + silent_name + "}"), std::nullopt)
      << "absent, never zero";
  EXPECT_EQ(Find(fmt::format("certificate_problem{{endpoint=\"127.0.0.1:{}\", "
                             "reason=\"unreachable\"}}",
                             closed)),
            1);
  EXPECT_EQ(Find("probe_success{endpoint=\"no-such-host.invalid:443\"}"), 0);
}

TEST_F(CertificatesTest, SeesAForgottenReload) {
  auto& server = Serve("shop", MadeCertificate({.from = -2 * kDay, .serial = 1}));
  const std::string file =
      Write("shop.pem", MadeCertificate({.from = -kDay, .until = 90 * kDay}).CertificatePem());
  const std::string other =
      Write("other.pem",
            MadeCertificate({.common_name = "other", .names = "DNS:other"}).CertificatePem());
  const std::string older =
      Write("older.pem", MadeCertificate({.from = -9 * kDay}).CertificatePem());
  Run(fmt::format("{{files: [\"{}\", \"{}\", \"{}\"], endpoints: [{}]}}",
                  file,
                  other,
                  older,
                  Endpoint(server)));
  const auto served = [&](const std::string& path) {
    return Find(
        fmt::format("certificate_served_is_newest{{endpoint=\"127.0.0.1:{}\", file=\"{}\"}}",
                    server.port(),
                    path));
  };
  EXPECT_EQ(served(file), 0);
  EXPECT_EQ(served(older), 1);
  EXPECT_EQ(served(other), std::nullopt);
  EXPECT_EQ(Problem(server, "newer_on_disk"), 1);
  EXPECT_THAT(log_->lines(), Contains(HasSubstr("reload the server")));
}

TEST_F(CertificatesTest, ComparesKeysWithCertificates) {
  const MadeCertificate one({});
  const MadeCertificate other({});
  const std::string file = Write("one.pem", one.CertificatePem());
  const std::string both = Write("both.pem", other.CertificatePem() + one.KeyPem());
  const std::string key = Write("one.key", one.KeyPem());
  Run(fmt::format("{{files: [\"{}\", \"{}\"], key: \"{}\"}}", file, both, key));
  const auto matches = [&](const std::string& certificate, const std::string& key_file) {
    return Find(fmt::format(
        "certificate_key_matches{{filepath=\"{}\", key_file=\"{}\"}}", certificate, key_file));
  };
  EXPECT_EQ(matches(file, key), 1);
  EXPECT_EQ(matches(both, both), 0);
  Run(fmt::format("{{files: [\"{}\"], key: \"{}\"}}", file, Write("b.key", other.KeyPem())));
  EXPECT_EQ(matches(file, Path("b.key")), 0);
}

TEST_F(CertificatesTest, GoesOverToTlsInMidStream) {
  const MadeCertificate made({});
  const std::string certificate = Write("mail.pem", made.CertificatePem());
  const std::string key = Write("mail.key", made.KeyPem());
  const testkit::TlsListener mail(certificate, key, {.before = [](int fd) {
                                    testkit::WriteAll(fd, "220 mail ready\r\n");
                                    testkit::ReadLine(fd);
                                    testkit::WriteAll(
                                        fd, "250-mail\r\n250-PIPELINING\r\n250 STARTTLS\r\n");
                                    testkit::ReadLine(fd);
                                    testkit::WriteAll(fd, "220 go on\r\n");
                                  }});
  const testkit::TlsListener plain(certificate, key, {.before = [](int fd) {
                                     testkit::WriteAll(fd, "220 mail ready\r\n");
                                     testkit::ReadLine(fd);
                                     testkit::WriteAll(fd, "250 mail\r\n");
                                   }});
  const testkit::TlsListener database(
      certificate, key, {.before = [](int fd) {
        char request[8];
        if (recv(fd, request, sizeof request, MSG_WAITALL) == sizeof request) {
          testkit::WriteAll(fd, "S");
        }
      }});
  Run(
      fmt::format("{{endpoints: [{{address: {}, starttls: smtp}}, {{address: {}, starttls: smtp}}, "
                  "{{address: {}, starttls: postgres}}]}}",
                  Endpoint(mail),
                  Endpoint(plain),
                  Endpoint(database)));
  EXPECT_EQ(Of("probe_success", mail), 1);
  EXPECT_EQ(Of("probe_success", database), 1);
  EXPECT_EQ(Problem(plain, "starttls_refused"), 1);
}

TEST_F(CertificatesTest, HoldsTheParityList) {
  const MadeCertificate made({});
  const std::string ca_file = Write("ca.pem", made.CertificatePem());
  auto& server = Serve("good", made);
  Run(fmt::format("{{files: [\"{0}\", \"{0}.none\"], endpoints: [{1}], ca_file: \"{0}\"}}",
                  ca_file,
                  Endpoint(server)));
  std::set<std::string> names;
  for (const std::string& shape : collected_->sink.Shapes()) {
    names.insert(shape.substr(0, shape.rfind('\t')));
  }
  for (const char* name : {"x509_cert_collision_dropped_total\tcounter",
                           "x509_cert_collision_total\tcounter",
                           "x509_cert_expired\tgauge",
                           "x509_cert_not_after\tgauge",
                           "x509_source_bundles\tgauge",
                           "x509_source_errors_total\tcounter",
                           "x509_source_up\tgauge",
                           "probe_ssl_earliest_cert_expiry\tgauge",
                           "probe_ssl_last_chain_expiry_timestamp_seconds\tgauge",
                           "probe_ssl_last_chain_info\tgauge",
                           "probe_tls_version_info\tgauge",
                           "probe_tls_cipher_info\tgauge",
                           "probe_success\tgauge",
                           "probe_duration_seconds\tgauge"}) {
    EXPECT_TRUE(names.count(name)) << name;
  }
}

struct BadConfig {
  std::string name;
  std::string yaml;
  std::string error;
};

class CertificatesConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(CertificatesConfigTest, Refuses) {
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kCertificatesSpec, GetParam().yaml, clock);
  EXPECT_EQ(made.collector, nullptr);
  EXPECT_THAT(made.errors, Contains(HasSubstr(GetParam().error)));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    CertificatesConfigTest,
    testing::Values(BadConfig{"Nothing", "{}", "neither files nor endpoints"},
                    BadConfig{"KeyAlone", "{endpoints: [a], key: k}", "belongs to a certificate"},
                    BadConfig{"Twice", "{endpoints: [a, 'a:443']}", "a:443 is listed twice"},
                    BadConfig{
                        "Port", "{endpoints: ['a:x']}", "test.yml:1:14: \"a:x\" is no endpoint"},
                    BadConfig{"StartTls",
                              "{endpoints: [{address: a, starttls: gopher}]}",
                              "expected smtp, imap, pop3, ftp or postgres"},
                    BadConfig{"EmptyFile", "{files: ['']}", "a file's name is empty"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::certificates
