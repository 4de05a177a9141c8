#include "collectors/probes/probes.h"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/certificate_maker.h"
#include "tests/testkit/child_process.h"
#include "tests/testkit/parity.h"
#include "tests/testkit/recording_log.h"
#include "tests/testkit/run_collector.h"
#include "tests/testkit/silent_server.h"
#include "tests/testkit/tls_listener.h"

namespace sidewatch::probes {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string ReadRequest(int fd) {
  std::string request;
  for (std::string line = testkit::ReadLine(fd); line.size() > 2; line = testkit::ReadLine(fd)) {
    request += line;
  }
  return request;
}

std::string Reply(const std::string& status,
                  const std::string& body,
                  const std::string& headers = {}) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}",
                     status,
                     body.size(),
                     headers,
                     body);
}

class ProbesTest : public testing::Test {
 protected:
  /// One run over `url` with the keys in `yaml`.
  void Run(const std::string& url,
           const std::string& yaml = {},
           Duration timeout = std::chrono::seconds(20)) {
    testkit::MadeCollector made =
        testkit::MakeCollector(kProbesSpec,
                               fmt::format("url: \"{}\"\n{}", url, yaml),
                               clock_,
                               {log_, LogLevel::kInfo, LogFormat::kLogfmt, clock_});
    ASSERT_THAT(made.errors, IsEmpty());
    collector_ = std::move(made.collector);
    collected_ = testkit::CollectOnce(*collector_, clock_, timeout);
    EXPECT_TRUE(collected_->status);
    EXPECT_THAT(collected_->sink.Duplicates(), IsEmpty());
  }

  /// The same against a server that answers every request with `reply`.
  void RunAgainst(const std::string& reply,
                  const std::string& yaml = {},
                  Duration timeout = std::chrono::seconds(20)) {
    const testkit::TcpListener server([this, &reply](int fd) {
      request_ = ReadRequest(fd);
      testkit::WriteAll(fd, reply);
    });
    Run(fmt::format("http://127.0.0.1:{}/health", server.port()), yaml, timeout);
  }

  std::optional<double> Find(const std::string& series) const {
    return collected_->sink.Find(series);
  }

  std::size_t MissingFrom(const std::set<std::string>& names) const {
    const auto report =
        testkit::CompareWithParity("blackbox_exporter.txt", {}, collected_->sink.Shapes());
    EXPECT_TRUE(report.readable) << "../shared/parity/blackbox_exporter.txt is missing";
    std::size_t missing = 0;
    for (const std::string& row : report.missing) {
      const bool asked = names.count(row.substr(0, row.find('\t'))) != 0;
      EXPECT_FALSE(asked) << row;
      missing += asked ? 1 : 0;
    }
    return missing;
  }

  SystemClock clock_;
  std::shared_ptr<testkit::RecordingLog> log_ = std::make_shared<testkit::RecordingLog>();
  std::string request_;
  std::unique_ptr<scrape::Collector> collector_;
  std::unique_ptr<testkit::Collected> collected_;
};

const std::set<std::string> kHttpNames = {"probe_success",
                                          "probe_duration_seconds",
                                          "probe_timeout_seconds",
                                          "probe_dns_lookup_time_seconds",
                                          "probe_ip_protocol",
                                          "probe_ip_addr_hash",
                                          "probe_http_duration_seconds",
                                          "probe_http_status_code",
                                          "probe_http_content_length",
                                          "probe_http_uncompressed_body_length",
                                          "probe_http_redirects",
                                          "probe_http_ssl",
                                          "probe_http_version",
                                          "probe_failed_due_to_regex"};

TEST_F(ProbesTest, ShowsAPageAsThePeerDoes) {
  RunAgainst(Reply("200 OK", "hello", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
             "headers: {X-Probe: yes-it-is}\nbasic_auth: {username: ann, password: s3cret}\n");
  EXPECT_EQ(Find("probe_success"), 1);
  EXPECT_EQ(Find("probe_http_status_code"), 200);
  EXPECT_EQ(Find("probe_http_content_length"), 5);
  EXPECT_EQ(Find("probe_http_uncompressed_body_length"), 5);
  EXPECT_EQ(Find("probe_http_version"), 1.1);
  EXPECT_EQ(Find("probe_http_ssl"), 0);
  EXPECT_EQ(Find("probe_http_redirects"), 0);
  EXPECT_EQ(Find("probe_ip_protocol"), 4);
  EXPECT_EQ(Find("probe_http_last_modified_timestamp_seconds"), 784111777);
  EXPECT_EQ(Find("probe_timeout_seconds"), 19.5);
  EXPECT_TRUE(Find("probe_http_duration_seconds{phase=\"processing\"}"));
  EXPECT_EQ(MissingFrom(kHttpNames), 0U);
  EXPECT_THAT(request_, HasSubstr("X-Probe: yes-it-is"));
  EXPECT_THAT(request_, HasSubstr("Authorization: Basic YW5uOnMzY3JldA=="));
  EXPECT_THAT(log_->lines(), IsEmpty());
}

struct Case {
  std::string name;
  std::string reply;
  std::string yaml;
  double success;
  double status;
  std::string reason;  ///< What the log says.
  double by_regexp = 0;
};

class JudgedPageTest : public ProbesTest, public testing::WithParamInterface<Case> {};

TEST_P(JudgedPageTest, IsJudged) {
  const Case& c = GetParam();
  RunAgainst(c.reply, c.yaml, std::chrono::seconds(5));
  EXPECT_EQ(Find("probe_success"), c.success);
  EXPECT_EQ(Find("probe_http_status_code"), c.status);
  EXPECT_EQ(Find("probe_failed_due_to_regex"), c.by_regexp);
  EXPECT_EQ(MissingFrom(kHttpNames), 0U) << "all names are there also after a failure";
  if (c.reason.empty()) {
    EXPECT_THAT(log_->lines(), IsEmpty());
  } else {
    EXPECT_THAT(log_->lines(), Contains(HasSubstr(c.reason)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    JudgedPageTest,
    testing::Values(
        Case{"Status", Reply("500 Oh", "x"), "", 0, 500, "status 500, expected 2xx"},
        Case{"WantedStatus", Reply("404 No", "x"), "valid_status_codes: [404]", 1, 404, ""},
        Case{"Version",
             Reply("200 OK", "x"),
             "valid_http_versions: [HTTP/2.0]",
             0,
             200,
             "version HTTP/1.1, expected HTTP/2.0"},
        Case{"BodyMatches",
             Reply("200 OK", "an ERROR"),
             "fail_if_body_matches_regexp: [ERR]",
             0,
             200,
             "the body matches",
             1},
        Case{"BodyMustMatch",
             Reply("200 OK", "x"),
             "fail_if_body_not_matches_regexp: [ok]",
             0,
             200,
             "the body does not match",
             1},
        Case{"HeaderMissing",
             Reply("200 OK", "x"),
             "fail_if_header_not_matches: [{header: X-A, regexp: b}]",
             0,
             200,
             "is missing",
             1},
        Case{"HeaderMatches",
             Reply("200 OK", "x", "x-a: abc\r\n"),
             "fail_if_header_not_matches: [{header: X-A, regexp: b}]",
             1,
             200,
             ""},
        Case{"MustBeTls", Reply("200 OK", "x"), "fail_if_not_ssl: true", 0, 200, "over TLS"},
        Case{"HalfAPage",
             "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
             "json: [{path: a}]",
             0,
             200,
             "transfer closed"},
        Case{"TooLarge",
             Reply("200 OK", std::string(4096, 'x')),
             "body_size_limit: 1KB",
             0,
             200,
             "larger than 1024 bytes"},
        Case{"Html", Reply("200 OK", "<html>"), "json: [{path: a}]", 0, 200, "the page is no JSON"},
        Case{"NotHttp", "SSH-2.0-hello\r\n", "", 0, 0, "127.0.0.1"},
        Case{"Redirect",
             Reply("302 Found", "", "Location: /elsewhere\r\n"),
             "no_follow_redirects: true",
             0,
             302,
             "status 302, expected 2xx"}),
    [](const auto& row) { return row.param.name; });

TEST_F(ProbesTest, ReadsAHealthPageThatAnswers503) {
  RunAgainst(Reply("503 No", R"({"status":"unhealthy","checks":{"database":"down"},"queue":4})"),
             "json:\n"
             "  - {path: checks.database, equals: healthy, metric: shop_database_healthy}\n"
             "  - {path: queue, metric: shop_queue_length}\n");
  EXPECT_EQ(Find("probe_success"), 0);
  EXPECT_EQ(Find("shop_database_healthy"), 0);
  EXPECT_EQ(Find("shop_queue_length"), 4);
}

TEST_F(ProbesTest, OneThatHangsIsAResult) {
  const testkit::SilentServer silent;
  Run(fmt::format("http://127.0.0.1:{}/", silent.port()), "", std::chrono::seconds(1));
  EXPECT_EQ(Find("probe_success"), 0);
  EXPECT_EQ(Find("probe_http_status_code"), 0);
  EXPECT_LT(*Find("probe_duration_seconds"), 1);
  EXPECT_THAT(log_->lines(), Contains(HasSubstr("no answer in time")));
  collected_ = testkit::CollectOnce(*collector_, clock_, std::chrono::milliseconds(200));
  EXPECT_EQ(log_->lines().size(), 1U) << "told once";
}

TEST_F(ProbesTest, NothingListensOrResolves) {
  int closed = 0;
  {
    closed = testkit::TcpListener([](int) {}).port();
  }
  Run(fmt::format("http://127.0.0.1:{}/", closed));
  EXPECT_EQ(Find("probe_success"), 0);
  EXPECT_EQ(Find("probe_ip_protocol"), 4);
  Run("http://no-such-host.invalid/");
  EXPECT_EQ(Find("probe_success"), 0);
  EXPECT_EQ(Find("probe_ip_protocol"), 0);
  EXPECT_EQ(MissingFrom(kHttpNames), 0U);
}

TEST_F(ProbesTest, PasswordsStayOutOfLabelsAndLog) {
  int closed = 0;
  {
    closed = testkit::TcpListener([](int) {}).port();
  }
  Run(fmt::format("http://ann:s3cret@127.0.0.1:{}/", closed));
  EXPECT_THAT(collector_->Instance(), testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(log_->lines(), testing::Each(testing::Not(HasSubstr("s3cret"))));
}

TEST_F(ProbesTest, ShowsTheCertificateOfAPage) {
  const testkit::TempFolder folder(false);
  const testkit::MadeCertificate made({.serial = 258});
  std::ofstream(folder.path() + "/cert") << made.CertificatePem();
  std::ofstream(folder.path() + "/key") << made.KeyPem();
  const testkit::TlsListener server(
      folder.path() + "/cert", folder.path() + "/key", {.serve = [](SSL* session) {
        char request[2048];
        if (SSL_read(session, request, sizeof request) > 0) {
          const std::string reply = Reply("200 OK", "x");
          SSL_write(session, reply.data(), static_cast<int>(reply.size()));
        }
      }});
  const std::string url = fmt::format("https://localhost:{}/", server.port());
  Run(url,
      fmt::format("preferred_ip_protocol: ip4\ntls_config: {{ca_file: \"{}/cert\"}}",
                  folder.path()));
  EXPECT_EQ(Find("probe_success"), 1);
  EXPECT_EQ(Find("probe_http_ssl"), 1);
  EXPECT_EQ(Find("probe_tls_version_info{version=\"TLS 1.3\"}"), 1);
  EXPECT_EQ(Find("probe_ssl_earliest_cert_expiry"),
            Find("probe_ssl_last_chain_expiry_timestamp_seconds"));
  EXPECT_EQ(MissingFrom({"probe_ssl_last_chain_info",
                         "probe_ssl_earliest_cert_expiry",
                         "probe_ssl_last_chain_expiry_timestamp_seconds",
                         "probe_tls_cipher_info",
                         "probe_tls_version_info"}),
            0U);
  Run(url, "preferred_ip_protocol: ip4\n");
  EXPECT_EQ(Find("probe_success"), 0) << "an authority that is not believed";
  Run(fmt::format("tls://localhost:{}", server.port()),
      fmt::format("preferred_ip_protocol: ip4\ntls_config: {{ca_file: \"{}/cert\"}}",
                  folder.path()));
  EXPECT_EQ(Find("probe_success"), 1);
  EXPECT_TRUE(Find("probe_ssl_earliest_cert_expiry"));
}

TEST_F(ProbesTest, TalksOverTcp) {
  std::string heard;
  const testkit::TcpListener server([&heard](int fd) {
    testkit::WriteAll(fd, "* banner\r\n220 mail.example ready\r\n");
    heard = testkit::ReadLine(fd);
    testkit::WriteAll(fd, "250 hello\r\n");
  });
  const std::string url = fmt::format("tcp://127.0.0.1:{}", server.port());
  const std::string greeting =
      "query_response: [{expect: '^220 (\\S+) ready', send: 'EHLO $1'}, {expect: '^250'}]";
  Run(url, greeting);
  EXPECT_EQ(Find("probe_success"), 1);
  EXPECT_EQ(heard, "EHLO mail.example\n");
  EXPECT_EQ(MissingFrom({"probe_failed_due_to_regex", "probe_failed_due_to_bytes"}), 0U);
  Run(url, "query_response: [{expect: '^NEVER', send: x}]", std::chrono::seconds(2));
  EXPECT_EQ(Find("probe_success"), 0);
}

TEST_F(ProbesTest, SendsAnEcho) {
  Run("icmp://127.0.0.1");
  if (Find("probe_success") != 1) {
    GTEST_SKIP() << "this machine does not permit ICMP sockets";
  }
  EXPECT_GT(*Find("probe_icmp_duration_seconds{phase=\"rtt\"}"), 0);
  EXPECT_EQ(MissingFrom({"probe_icmp_duration_seconds", "probe_icmp_reply_hop_limit"}), 0U);
}

struct BadConfig {
  std::string name;
  std::string yaml;
  std::string error;
};

class ProbesConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(ProbesConfigTest, Refuses) {
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kProbesSpec, GetParam().yaml, clock);
  EXPECT_EQ(made.collector, nullptr);
  EXPECT_THAT(made.errors, Contains(HasSubstr(GetParam().error)));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ProbesConfigTest,
    testing::Values(
        BadConfig{"NoUrl", "{}", "missing key \"url\""},
        BadConfig{"Scheme", "{url: 'gopher://x'}", "expected http://"},
        BadConfig{"TcpPort", "{url: 'tcp://x'}", "expected host:port"},
        BadConfig{"Prober", "{url: 'http://x', prober: tcp}", "does not fit"},
        BadConfig{
            "Regexp", "{url: x, fail_if_body_matches_regexp: ['(']}", "no regular expression"},
        BadConfig{"Ip", "{url: x, preferred_ip_protocol: ipx}", "expected ip4 or ip6"},
        BadConfig{"Metric", "{url: x, json: [{path: a, metric: ''}, {path: a}]}", "same series"},
        BadConfig{"Labels", "{url: x, json: [{path: a, labels: {b: c}}]}", "belong to a metric"},
        BadConfig{"Method", "{url: x, method: 'GET /'}", "no method such as GET"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::probes
