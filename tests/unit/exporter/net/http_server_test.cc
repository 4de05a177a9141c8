#include "exporter/net/http_server.h"

#include <stdexcept>

#include "exporter/net/stream.h"
#include "tests/unit/exporter/net/server_fixture.h"

namespace sidewatch::net {
namespace {

using testing::Test;

class HttpServerTest : public ServerFixture {
 protected:
  void SetUp() override {
    router_->Handle("GET", "/hello", Access::kRead, [](const HttpRequest& request) {
      return TextResponse(200, "hello " + request.query);
    });
    router_->Handle("POST", "/echo", Access::kRead, [](const HttpRequest& request) {
      return TextResponse(200, request.body);
    });
    router_->Handle("POST", "/write", Access::kWrite, [](const HttpRequest& request) {
      return TextResponse(200, request.remote_address);
    });
    router_->Handle("GET", "/throw", Access::kRead, [](const HttpRequest&) -> HttpResponse {
      throw std::runtime_error("a handler's mistake");
    });
    router_->Handle("GET", "/stream/{pieces}", Access::kRead, [](const HttpRequest& request) {
      const int pieces = std::stoi(request.path_values.at("pieces"));
      HttpResponse response;
      response.stream = [pieces](const BodyWriter& write) {
        for (int i = 0; i < pieces; ++i) {
          write(std::string(1000, static_cast<char>('a' + i % 26)));
        }
      };
      return response;
    });
    router_->Handle("GET", "/break", Access::kRead, [](const HttpRequest&) {
      HttpResponse response;
      response.stream = [](const BodyWriter& write) {
        write(std::string(100'000, 'x'));
        throw std::runtime_error("in the middle");
      };
      return response;
    });
  }

  /// What the server answers to these bytes, until it closes or `until` has come.
  std::string Raw(const std::string& bytes, const std::string& until = "") const {
    auto stream = Stream::Connect({.host = "127.0.0.1", .port = server_->port()}, Soon(), {});
    EXPECT_TRUE(stream.has_value());
    EXPECT_TRUE((*stream)->Write(bytes, Soon(), {}).has_value());
    std::string answer;
    std::array<char, 4096> buffer{};
    while (until.empty() || answer.find(until) == std::string::npos) {
      const auto got = (*stream)->Read(buffer, Soon(), {});
      if (!got.has_value() || *got == 0) {
        break;
      }
      answer.append(buffer.data(), *got);
    }
    return answer;
  }
};

TEST_F(HttpServerTest, AnswersARequest) {
  StartServer();
  const HttpReply reply = Get("/hello?a=b%20c");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "hello a=b%20c");
  EXPECT_EQ(reply.GetHeader("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(reply.GetHeader("connection"), "keep-alive");
  EXPECT_EQ(reply.details.remote_address, "127.0.0.1");
  EXPECT_EQ(Get("/nothing").status, 404);
  EXPECT_EQ(Send({.method = "DELETE", .url = Url("/hello")}).status, 405);
}

TEST_F(HttpServerTest, ServesBothFamilies) {
  auto server = HttpServer::Start({.listen_address = ":0"}, router_, log_);
  ASSERT_TRUE(server.has_value()) << server.error().message;
  for (const char* host : {"127.0.0.1", "[::1]"}) {
    const HttpReply reply =
        Send({.method = "POST", .url = fmt::format("http://{}:{}/write", host, (*server)->port())});
    EXPECT_EQ(reply.status, 200) << host << ": " << reply.body;
  }
}

TEST_F(HttpServerTest, SaysThatThePortIsTaken) {
  StartServer();
  const std::string address = fmt::format("127.0.0.1:{}", server_->port());
  const auto second = HttpServer::Start({.listen_address = address}, router_, log_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message, "cannot listen on " + address + ": address already in use");
}

TEST_F(HttpServerTest, RefusesBadAddresses) {
  for (const char* address : {"nowhere", ":x", ":70000", "::1:80", "a b:1"}) {
    const auto server = HttpServer::Start({.listen_address = address}, router_, log_);
    ASSERT_FALSE(server.has_value()) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument) << address;
  }
}

TEST_F(HttpServerTest, TakesBodiesUpToTheLimit) {
  StartServer({.max_body_bytes = 5000});
  const std::string fits(5000, 'x');
  EXPECT_EQ(Send({.method = "POST", .url = Url("/echo"), .body = fits}).body, fits);
  EXPECT_EQ(Send({.method = "POST", .url = Url("/echo"), .body = fits + "x"}).status, 413);
  const std::string chunked = Raw(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_TRUE(chunked.ends_with("abcdefg")) << chunked;
}

TEST_F(HttpServerTest, GoesOnAfterExpect) {
  StartServer();
  const std::string answer =
      Raw("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
          "Connection: close\r\n\r\nhi");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")) << answer;
}

TEST_F(HttpServerTest, TurnsExceptionsInto500) {
  StartServer();
  EXPECT_EQ(Get("/throw").status, 500);
  ASSERT_FALSE(lines_->lines().empty());
  EXPECT_NE(lines_->lines().back().find("a handler's mistake"), std::string::npos);
}

TEST_F(HttpServerTest, LeavesTheBodyOfAHeadRequestOut) {
  StartServer();
  const std::string answer = Raw("HEAD /hello?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 7\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, RefusesWhatAProxyMayReadOtherwise) {
  StartServer();
  EXPECT_THAT(Raw("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 4\r\n"
                  "\r\nGET "),
              testing::StartsWith("HTTP/1.1 400 "));
  std::string many = "GET /hello HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 70; ++i) {
    many += "X-" + std::to_string(i) + ": 1\r\n";
  }
  EXPECT_THAT(Raw(many + "\r\n"), testing::StartsWith("HTTP/1.1 431 "));
  const std::string answers =
      Raw("POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3e\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answers, testing::StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(answers.find("HTTP/1.1 200"), std::string::npos) << "a body is no request";
}

TEST_F(HttpServerTest, StreamsInChunks) {
  StartServer();
  const HttpReply small = Send({.url = Url("/stream/2"), .headers = {{"Accept-Encoding", "x"}}});
  EXPECT_EQ(small.GetHeader("Content-Length"), "2000");
  const HttpReply large = Send({.url = Url("/stream/200"), .headers = {{"Accept-Encoding", "x"}}});
  EXPECT_EQ(large.GetHeader("Transfer-Encoding"), "chunked");
  EXPECT_EQ(large.body.size(), 200'000U);
  EXPECT_EQ(large.body.back(), 'a' + 199 % 26);
  const std::string old = Raw("GET /stream/200 HTTP/1.0\r\n\r\n");
  EXPECT_NE(old.find("Content-Length: 200000\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, CompressesForWhoeverAsks) {
  StartServer();
  for (const char* path : {"/stream/2", "/stream/2000"}) {
    const HttpReply packed = Get(path);
    EXPECT_EQ(packed.GetHeader("Content-Encoding"), "gzip") << path;
    EXPECT_EQ(packed.GetHeader("Vary"), "Accept-Encoding") << path;
    const HttpReply plain = Send({.url = Url(path), .headers = {{"Accept-Encoding", "gzip;q=0"}}});
    EXPECT_EQ(plain.GetHeader("Content-Encoding"), "") << path;
    EXPECT_EQ(packed.body, plain.body) << path;
  }
  EXPECT_EQ(Get("/hello").GetHeader("Content-Encoding"), "") << "too small to be worth it";
}

TEST_F(HttpServerTest, DoesNotPassABrokenStreamOffAsWhole) {
  StartServer();
  const auto reply = HttpClient::Create({})->Send(
      {.url = Url("/break"), .headers = {{"Accept-Encoding", "x"}}}, Soon(), {});
  EXPECT_FALSE(reply.has_value());
}

TEST_F(HttpServerTest, KeepsConnectionsAlive) {
  StartServer();
  const std::string answer =
      Raw("GET /hello?1 HTTP/1.1\r\nHost: a\r\n\r\n"
          "GET /hello?2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("hello 1"), std::string::npos);
  EXPECT_NE(answer.find("hello 2"), std::string::npos);
}

TEST_F(HttpServerTest, ServesOthersWhileOneClientCrawls) {
  StartServer();
  auto slow = Stream::Connect({.host = "127.0.0.1", .port = server_->port()}, Soon(), {});
  ASSERT_TRUE(slow.has_value());
  ASSERT_TRUE((*slow)->Write("GET /hello HTTP/1.1\r\nX-Slow:", Soon(), {}).has_value());
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Get("/hello").status, 200);
  }
}

TEST_F(HttpServerTest, LetsNoLineFeedIntoHeaders) {
  router_->Handle("GET", "/inject", Access::kRead, [](const HttpRequest& request) {
    HttpResponse response = TextResponse(200, "");
    response.headers.emplace_back("X-Echo", DecodeUrl(request.query));
    return response;
  });
  StartServer();
  const HttpReply reply = Get("/inject?a%0d%0aX-Evil:%201");
  EXPECT_EQ(reply.GetHeader("X-Evil"), "");
}

TEST_F(HttpServerTest, LetsLoopbackWrite) {
  StartServer();
  EXPECT_EQ(Send({.method = "POST", .url = Url("/write")}).status, 200);
  const HttpReply proxied =
      Send({.method = "POST", .url = Url("/write"), .headers = {{"X-Forwarded-For", "192.0.2.1"}}});
  EXPECT_EQ(proxied.status, 403);
  EXPECT_NE(proxied.body.find("--web.allow-writes-from="), std::string::npos) << proxied.body;
}

TEST_F(HttpServerTest, KeepsPagesOfOthersFromWriting) {
  StartServer();
  const auto post = [this](const std::string& origin) {
    return Send({.method = "POST", .url = Url("/write"), .headers = {{"Origin", origin}}});
  };
  EXPECT_EQ(post(fmt::format("http://127.0.0.1:{}", server_->port())).status, 200);
  EXPECT_EQ(post("https://evil.example").status, 403);
  const HttpReply rebound =
      Send({.method = "POST",
            .url = Url("/write"),
            .headers = {{"Origin", "http://evil.example"}, {"Host", "evil.example"}}});
  EXPECT_EQ(rebound.status, 403);
}

}  // namespace
}  // namespace sidewatch::net
