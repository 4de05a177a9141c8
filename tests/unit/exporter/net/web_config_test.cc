#include "exporter/net/web_config.h"

#include <crypt.h>

#include "exporter/net/basic_auth.h"
#include "exporter/net/stream.h"
#include "tests/testkit/test_certificate.h"
#include "tests/unit/exporter/net/server_fixture.h"

namespace sidewatch::net {
namespace {

/// A bcrypt hash at the least cost, so that the test is quick.
std::string HashOf(const std::string& password, const char* kind = "$2b$") {
  crypt_data data{};
  const std::string salt = std::string(kind) + "04$abcdefghijklmnopqrstuu";
  return crypt_r(password.c_str(), salt.c_str(), &data);
}

class WebConfigTest : public ServerFixture {
 protected:
  void SetUp() override {
    router_->Handle("GET", "/read", Access::kRead, [](const HttpRequest&) {
      return TextResponse(200, "read");
    });
    router_->Handle("POST", "/write", Access::kWrite, [](const HttpRequest&) {
      return TextResponse(200, "written");
    });
  }

  void StartWith(const std::string& yaml) {
    StartServer({.web_config_file = folder_.Write("web.yml", yaml)});
  }

  static HttpClientOptions Login(const std::string& user, const std::string& password) {
    HttpClientOptions options;
    options.username = user;
    options.password = config::SecretSource(Secret(password));
    return options;
  }
};

TEST_F(WebConfigTest, AsksForALogin) {
  StartWith(fmt::format("basic_auth_users:\n  alice: {}\n  bob: {}\n",
                        HashOf("wonderland"),
                        HashOf("builder", "$2y$")));
  const HttpReply nobody = Get("/read");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.GetHeader("WWW-Authenticate"), "Basic realm=\"sidewatch\"");
  EXPECT_EQ(Get("/unknown").status, 401) << "what exists is nobody's business either";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Send({.url = Url("/read")}, Login("alice", "wonderland")).status, 200);
    EXPECT_EQ(Send({.url = Url("/read")}, Login("alice", "builder")).status, 401);
    EXPECT_EQ(Send({.url = Url("/read")}, Login("carol", "wonderland")).status, 401);
  }
  const HttpCall proxied{
      .method = "POST", .url = Url("/write"), .headers = {{"X-Forwarded-For", "192.0.2.1"}}};
  EXPECT_EQ(Send(proxied, Login("bob", "builder")).status, 200)
      << "a login may write from anywhere";
}

TEST_F(WebConfigTest, AddsHeaders) {
  StartWith("http_server_config:\n  headers:\n    X-Frame-Options: deny\n");
  EXPECT_EQ(Get("/read").GetHeader("X-Frame-Options"), "deny");
}

TEST_F(WebConfigTest, SpeaksTls) {
  const testkit::TestCertificate certificate(folder_.path());
  StartWith("tls_server_config: {cert_file: localhost.crt, key_file: localhost.key}\n");
  const std::string url = Url("/read", "https");
  HttpClientOptions trusting;
  trusting.tls.ca_file = certificate.cert_file();
  EXPECT_EQ(Send({.url = url}, trusting).body, "read");
  trusting.tls.server_name = "localhost";
  EXPECT_EQ(Send({.url = url}, trusting).body, "read");
  HttpClientOptions careless;
  careless.tls.insecure_skip_verify = true;
  EXPECT_EQ(Send({.url = url}, careless).body, "read");
  trusting.tls.server_name = "other.example";
  for (const HttpClientOptions& doubtful : {HttpClientOptions{}, trusting}) {
    const auto refused = HttpClient::Create(doubtful)->Send({.url = url}, Soon(), {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
  }
}

TEST_F(WebConfigTest, SpeaksNoVersionThatIsNotWanted) {
  const testkit::TestCertificate certificate(folder_.path());
  StartWith("tls_server_config: {cert_file: localhost.crt, key_file: localhost.key}\n");
  const auto version_of = [&](TlsVersion oldest, TlsVersion newest) -> std::string {
    HttpClientOptions options;
    options.tls = {
        .ca_file = certificate.cert_file(), .min_version = oldest, .max_version = newest};
    const HttpCall call{.url = Url("/read", "https"), .want_tls_state = true};
    const auto reply = HttpClient::Create(options)->Send(call, Soon(), {});
    return reply.has_value() ? reply->details.tls->version : "none";
  };
  EXPECT_EQ(version_of(TlsVersion::kDefault, TlsVersion::kDefault), "TLSv1.3");
  EXPECT_EQ(version_of(TlsVersion::kDefault, TlsVersion::k12), "TLSv1.2");
  EXPECT_EQ(version_of(TlsVersion::k13, TlsVersion::kDefault), "TLSv1.3");
  EXPECT_EQ(version_of(TlsVersion::k10, TlsVersion::k11), "none") << "the server begins at 1.2";
  StreamTarget target{.host = "127.0.0.1", .port = server_->port(), .tls = TlsOptions{}};
  target.tls->ca_file = certificate.cert_file();
  target.tls->max_version = TlsVersion::k12;
  const auto stream = Stream::Connect(target, Soon(), {});
  ASSERT_TRUE(stream.has_value()) << stream.error().message;
  EXPECT_EQ((*stream)->tls_state()->version, "TLSv1.2");
}

TEST_F(WebConfigTest, StreamsOverTls) {
  const testkit::TestCertificate certificate(folder_.path());
  StartWith("tls_server_config: {cert_file: localhost.crt, key_file: localhost.key}\n");
  StreamTarget target{.host = "127.0.0.1", .port = server_->port(), .tls = TlsOptions{}};
  const auto doubtful = Stream::Connect(target, Soon(), {});
  ASSERT_FALSE(doubtful.has_value());
  EXPECT_NE(doubtful.error().message.find("TLS certificate is not accepted: self-signed"),
            std::string::npos)
      << doubtful.error().message;
  target.tls->ca_file = certificate.cert_file();
  auto stream = Stream::Connect(target, Soon(), {});
  ASSERT_TRUE(stream.has_value()) << stream.error().message;
  EXPECT_EQ((*stream)->tls_state()->version, "TLSv1.3");
  EXPECT_EQ((*stream)->tls_state()->chain_der.size(), 1U);
  ASSERT_TRUE((*stream)->Write("GET /read HTTP/1.0\r\n\r\n", Soon(), {}).has_value());
  std::array<char, 1024> buffer{};
  const auto got = (*stream)->Read(buffer, Soon(), {});
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_TRUE(std::string_view(buffer.data(), *got).starts_with("HTTP/1.1 200 OK"));
}

TEST_F(WebConfigTest, AsksForAClientCertificate) {
  const testkit::TestCertificate certificate(folder_.path());
  StartWith(
      "tls_server_config:\n  cert_file: localhost.crt\n  key_file: localhost.key\n"
      "  client_ca_file: localhost.crt\n  client_auth_type: RequireAndVerifyClientCert\n");
  HttpClientOptions options;
  options.tls.ca_file = certificate.cert_file();
  const HttpCall call{.url = Url("/read", "https")};
  EXPECT_FALSE(HttpClient::Create(options)->Send(call, Soon(), {}).has_value());
  options.tls.cert_file = certificate.cert_file();
  options.tls.key_file = certificate.key_file();
  EXPECT_EQ(Send(call, options).body, "read");
}

TEST_F(WebConfigTest, TakesUpARenewedCertificate) {
  const testkit::TestCertificate first(folder_.path());
  StartWith("tls_server_config: {cert_file: localhost.crt, key_file: localhost.key}\n");
  const testkit::TestCertificate renewed(folder_.path());
  // The clock of the file system may be coarser than this test is quick.
  const auto later = std::filesystem::last_write_time(renewed.key_file()) + std::chrono::hours(1);
  std::filesystem::last_write_time(renewed.key_file(), later);
  HttpClientOptions trusting;
  trusting.tls.ca_file = renewed.cert_file();
  EXPECT_EQ(Send({.url = Url("/read", "https")}, trusting).body, "read");
  folder_.Write("localhost.crt", "not a certificate");
  std::filesystem::last_write_time(renewed.key_file(), later + std::chrono::hours(1));
  HttpClientOptions careless;
  careless.tls.insecure_skip_verify = true;
  EXPECT_EQ(Send({.url = Url("/read", "https")}, careless).body, "read") << "the old one stays";
}

struct ErrorCase {
  std::string name;
  std::string yaml;
  std::string want;  ///< After `web.yml:`.
};

class WebConfigErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(WebConfigErrorTest, NamesThePlace) {
  const TempFolder folder;
  const std::string file = folder.Write("web.yml", GetParam().yaml);
  const auto loaded = LoadWebConfig(file);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(loaded.error().message, file + ":" + GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    WebConfigErrorTest,
    testing::Values(
        ErrorCase{"NotBcrypt",
                  "basic_auth_users:\n  alice: secret",
                  "2:10: the password of \"alice\" is not a bcrypt hash; make one with htpasswd "
                  "-nBC 10 \"\""},
        ErrorCase{"NoKey", "tls_server_config:\n  cert_file: a", "2:3: missing key \"key_file\""},
        ErrorCase{"BadVersion",
                  "tls_server_config: {cert_file: a, key_file: b, min_version: TLS9}",
                  "1:61: \"TLS9\" is none of TLS10, TLS11, TLS12, TLS13"},
        ErrorCase{"NoAuthority",
                  "tls_server_config: {cert_file: a, key_file: b, client_auth_type: "
                  "RequireAndVerifyClientCert}",
                  "1:66: needs a client_ca_file to verify against"},
        ErrorCase{"Http2",
                  "http_server_config: {http2: always}",
                  "1:29: expected true or false, got \"always\""},
        ErrorCase{"Framing",
                  "http_server_config: {headers: {X-Frame-Options: foo}}",
                  "1:49: expected deny or sameorigin, got \"foo\""},
        ErrorCase{"Sniffing",
                  "http_server_config: {headers: {X-Content-Type-Options: sniff}}",
                  "1:56: expected nosniff, got \"sniff\""}),
    [](const auto& row) { return row.param.name; });

TEST(WebConfigHeadersTest, TakeTheirValuesInAnyCaseAndHttp2IsPermitted) {
  const TempFolder folder;
  const auto read = LoadWebConfig(folder.Write("web.yml",
                                               "http_server_config:\n"
                                               "  http2: true\n"
                                               "  headers:\n"
                                               "    X-Frame-Options: SAMEORIGIN\n"
                                               "    X-Content-Type-Options: nosniff\n"
                                               "    X-XSS-Protection: ''\n"));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->headers.size(), 2U);
}

TEST(WebConfigUnknownKeyTest, IsRefused) {
  const TempFolder folder;
  for (const char* yaml : {"rate_limit: {burst: 1}",
                           "http_server_config: {headers: {X-Other: 1}}",
                           "tls_server_config: {cert_file: a, key_file: b, cert: x}"}) {
    EXPECT_FALSE(LoadWebConfig(folder.Write("web.yml", yaml)).has_value()) << yaml;
  }
}

TEST_F(WebConfigTest, SaysWhichCertificateCannotBeRead) {
  const std::string file =
      folder_.Write("web.yml", "tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n");
  const auto server =
      HttpServer::Start({.listen_address = "127.0.0.1:0", .web_config_file = file}, router_, log_);
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().message,
            fmt::format("{0}/web.yml:2:3: cannot use cert_file \"{0}/none.crt\": No such file or "
                        "directory",
                        folder_.path()));
}

TEST(BasicAuthTest, SurvivesAnyHeader) {
  const BasicAuth auth({{"a", Secret(HashOf("b"))}});
  for (const char* header : {"",
                             "Basic",
                             "Basic ",
                             "Basic !!!!",
                             "Basic YQ==",
                             "Bearer YTpi",
                             "Basic YTpi=",
                             "Basic YTpiYw=="}) {
    EXPECT_FALSE(auth.Accepts(header)) << header;
  }
  EXPECT_TRUE(auth.Accepts("Basic YTpi"));
  EXPECT_TRUE(auth.Accepts("basic YTpi"));
  EXPECT_FALSE(auth.Accepts("Basic " + std::string(100'000, 'A')));
}

}  // namespace
}  // namespace sidewatch::net
