#include "exporter/net/http_client.h"

#include <thread>

#include "exporter/config/node.h"
#include "tests/testkit/tcp_listener.h"
#include "tests/unit/exporter/net/server_fixture.h"

namespace sidewatch::net {
namespace {

using namespace std::chrono_literals;

class HttpClientTest : public ServerFixture {
 protected:
  void SetUp() override {
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
      router_->Handle(method, "/show", Access::kRead, [](const HttpRequest& request) {
        return TextResponse(200,
                            fmt::format("{} body={} auth={} x={}",
                                        request.method,
                                        request.body,
                                        request.GetHeader("Authorization"),
                                        request.GetHeader("X-Test")));
      });
    }
    router_->Handle("GET", "/redirect", Access::kRead, [](const HttpRequest&) {
      HttpResponse response = TextResponse(302, "");
      response.headers.emplace_back("Location", "/show");
      return response;
    });
    router_->Handle("GET", "/big", Access::kRead, [](const HttpRequest&) {
      return TextResponse(200, std::string(100'000, 'x'));
    });
  }

  Error ErrorOf(const HttpCall& call, HttpClientOptions options = {}) const {
    const auto reply = HttpClient::Create(std::move(options))->Send(call, Soon(), {});
    EXPECT_FALSE(reply.has_value()) << reply->status;
    return reply.has_value() ? Error{} : reply.error();
  }
};

TEST_F(HttpClientTest, SendsMethodsBodiesAndHeaders) {
  StartServer();
  const HttpReply posted = Send(
      {.method = "POST", .url = Url("/show"), .headers = {{"X-Test", "yes"}}, .body = "payload"});
  EXPECT_EQ(posted.body, "POST body=payload auth= x=yes");
  EXPECT_EQ(Send({.method = "POST", .url = Url("/show")}).body, "POST body= auth= x=");
  EXPECT_EQ(Send({.method = "PUT", .url = Url("/show"), .body = "p"}).body, "PUT body=p auth= x=");
  EXPECT_EQ(Send({.method = "DELETE", .url = Url("/show")}).body, "DELETE body= auth= x=");
}

TEST_F(HttpClientTest, UsesOneClientForDifferentCalls) {
  StartServer();
  const auto client = HttpClient::Create({});
  EXPECT_EQ(client->Send({.method = "PUT", .url = Url("/show"), .body = "1"}, Soon(), {})->body,
            "PUT body=1 auth= x=");
  EXPECT_EQ(client->Send({.url = Url("/show")}, Soon(), {})->body, "GET body= auth= x=");
}

TEST_F(HttpClientTest, Authorizes) {
  StartServer();
  HttpClientOptions basic;
  basic.username = "Aladdin";
  basic.password = config::SecretSource(Secret("open sesame"));
  EXPECT_EQ(Send({.url = Url("/show")}, basic).body,
            "GET body= auth=Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== x=");
  HttpClientOptions bearer;
  bearer.authorization = config::SecretSource::FromFile(folder_.Write("token", "t0ken\n"));
  EXPECT_EQ(Send({.url = Url("/show")}, bearer).body, "GET body= auth=Bearer t0ken x=");
  HttpClientOptions missing;
  missing.authorization = config::SecretSource::FromFile(folder_.path() + "/none");
  EXPECT_EQ(ErrorOf({.url = Url("/show")}, missing).code, ErrorCode::kNotFound);
}

TEST_F(HttpClientTest, SendsHeadersOfItsConfiguration) {
  StartServer();
  HttpClientOptions options;
  options.headers = {
      {"X-Test", config::SecretSource::FromFile(folder_.Write("header", "from a file\n"))}};
  EXPECT_EQ(Send({.url = Url("/show")}, options).body, "GET body= auth= x=from a file");
  options.headers[0].value = config::SecretSource(Secret("a\r\nAuthorization: mine"));
  EXPECT_EQ(ErrorOf({.url = Url("/show")}, options).message,
            "the value of header X-Test has several lines");
}

TEST_F(HttpClientTest, GoesPastTheProxyWhereItIsToldTo) {
  StartServer();
  HttpClientOptions options;
  options.proxy_url = "http://proxy.invalid:3128";
  EXPECT_EQ(ErrorOf({.url = Url("/show")}, options).code, ErrorCode::kUnresolvedHost);
  options.no_proxy = "shop.example,127.0.0.0/8";
  EXPECT_EQ(Send({.url = Url("/show")}, options).status, 200);
}

TEST_F(HttpClientTest, FollowsRedirectsUnlessToldNotTo) {
  StartServer();
  const HttpReply followed = Get("/redirect");
  EXPECT_EQ(followed.body, "GET body= auth= x=");
  EXPECT_EQ(followed.details.redirects, 1);
  EXPECT_EQ(followed.details.final_url, Url("/show"));
  HttpClientOptions stay;
  stay.follow_redirects = false;
  EXPECT_EQ(Send({.url = Url("/redirect")}, stay).status, 302);
}

TEST_F(HttpClientTest, TakesNoMoreThanTheLimit) {
  StartServer();
  EXPECT_EQ(ErrorOf({.url = Url("/big"), .max_reply_bytes = 99'999}).code,
            ErrorCode::kLimitExceeded);
  EXPECT_EQ(Send({.url = Url("/big"), .max_reply_bytes = 100'000}).body.size(), 100'000U);
}

TEST_F(HttpClientTest, NamesWhatFailedWithoutThePath) {
  StartServer();
  const std::string url = Url("/secret-token");
  const int port = server_->port();
  server_.reset();
  const Error refused = ErrorOf({.method = "POST", .url = url});
  EXPECT_EQ(refused.code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.message, fmt::format("POST http://127.0.0.1:{}: Connection refused", port));
  EXPECT_EQ(ErrorOf({.url = "http://no-such-host.invalid/x"}).code, ErrorCode::kUnresolvedHost);
  EXPECT_EQ(ErrorOf({.url = "ftp://127.0.0.1/x"}).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf({.url = "http://"}).code, ErrorCode::kInvalidArgument);
}

TEST_F(HttpClientTest, EndsAtDeadlineAndStop) {
  const testkit::TcpListener silent([](int fd) {
    testkit::ReadLine(fd);
    testkit::ReadLine(fd);
    while (!testkit::ReadLine(fd).empty()) {
    }
  });
  const HttpCall call{.url = fmt::format("http://127.0.0.1:{}/", silent.port())};
  const auto late = HttpClient::Create({})->Send(call, std::chrono::steady_clock::now() + 30ms, {});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded);
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  const auto stopped = HttpClient::Create({})->Send(call, Soon(), stop.get_token());
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

struct OptionsCase {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class HttpClientOptionsTest : public testing::TestWithParam<OptionsCase> {};

TEST_P(HttpClientOptionsTest, Reads) {
  config::Diagnostics diagnostics;
  const auto root =
      config::ParseYaml(GetParam().yaml, "t.yml", config::ExpandEnv::kNo, diagnostics);
  ASSERT_TRUE(root.has_value());
  HttpClientOptions options;
  {
    config::MapReader map(*root, diagnostics);
    ReadHttpClientOptions(map, options);
  }
  const Status status = diagnostics.ToStatus();
  EXPECT_EQ(status.has_value() ? "" : status.error().message, GetParam().want_error);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HttpClientOptionsTest,
    testing::Values(
        OptionsCase{"Basic", "basic_auth: {username: u, password: p}", ""},
        OptionsCase{"Bearer", "bearer_token_file: /run/token\nproxy_url: http://proxy:3128", ""},
        OptionsCase{"Authorization", "authorization: {type: Token, credentials: c}", ""},
        OptionsCase{"Tls", "tls_config: {ca_file: a, insecure_skip_verify: true}", ""},
        OptionsCase{"TlsVersions", "tls_config: {min_version: TLS12, max_version: TLS13}", ""},
        OptionsCase{"UnknownTlsVersion",
                    "tls_config: {min_version: SSL3}",
                    "t.yml:1:27: unknown TLS version \"SSL3\", expected TLS10, TLS11, TLS12 or "
                    "TLS13"},
        OptionsCase{"TlsVersionsUpsideDown",
                    "tls_config: {min_version: TLS13, max_version: TLS12}",
                    "t.yml:1:47: max_version is older than min_version"},
        OptionsCase{"NoProxy", "{proxy_url: 'http://p:3128', no_proxy: 'a,10.0.0.0/8'}", ""},
        OptionsCase{
            "NoProxyAlone", "no_proxy: a", "t.yml:1:11: no_proxy is of no use without proxy_url"},
        OptionsCase{"ProxyOfTheEnvironment", "proxy_from_environment: true", ""},
        OptionsCase{"TwoProxies",
                    "{proxy_url: 'http://p:3128', proxy_from_environment: true}",
                    "t.yml:1:54: proxy_from_environment and proxy_url or no_proxy exclude each "
                    "other"},
        OptionsCase{"Oauth2",
                    "oauth2: {client_id: a}",
                    "t.yml:1:1: oauth2 is not supported: use authorization with credentials_file"},
        OptionsCase{"Headers", "http_headers: {X-Team: {values: [a], files: [/b]}}", ""},
        OptionsCase{"ReservedHeader",
                    "http_headers: {host: {values: [a]}}",
                    "t.yml:1:16: setting header \"host\" is not allowed"},
        OptionsCase{"NoHeader",
                    "http_headers: {'a b': {values: [a]}}",
                    "t.yml:1:16: \"a b\" is not the name of a header"},
        OptionsCase{"UnknownKeyOfAHeader",
                    "http_headers: {x: {value: a}}",
                    "t.yml:1:20: unknown key \"value\", did you mean \"values\"?"},
        OptionsCase{"Two",
                    "bearer_token: a\nauthorization: {credentials: c}",
                    "t.yml:1:1: at most one of basic_auth, authorization and bearer_token may be "
                    "given"},
        OptionsCase{"HalfIdentity",
                    "tls_config: {cert_file: a}",
                    "t.yml:1:13: cert_file and key_file belong together: give both or none"},
        OptionsCase{"BasicAsType",
                    "authorization: {type: Basic, credentials: c}",
                    "t.yml:1:23: \"Basic\" belongs under basic_auth, with username and password"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::net
