#include "collectors/application/page_collector.h"

#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "exporter/net/http_server.h"
#include "exporter/scrape/snapshot_sink.h"

namespace sidewatch::application {
namespace {

using std::chrono::seconds;

struct Case {
  std::string name;
  net::HttpResponse answer;
  std::size_t want_samples = 0;
  std::string want_error;  ///< Empty: must work. `PORT` stands for the port.
};

class PageCollectorTest : public testing::TestWithParam<Case> {};

TEST_P(PageCollectorTest, ReadsAPage) {
  auto router = std::make_shared<net::Router>();
  router->Handle("GET", "/metrics", net::Access::kRead, [](const net::HttpRequest&) {
    return GetParam().answer;
  });
  auto server = net::HttpServer::Start({.listen_address = "127.0.0.1:0"}, router, Logger());
  ASSERT_TRUE(server.has_value()) << server.error().message;
  const std::string port = std::to_string((*server)->port());
  const auto collector =
      MakePageCollector({.url = "http://127.0.0.1:" + port + "/metrics", .instance = "a:1"});
  scrape::SnapshotSink sink;
  const Status ended = collector->Collect(
      {.stop = {}, .deadline = std::chrono::steady_clock::now() + seconds(20)}, sink);
  EXPECT_EQ(sink.samples(), GetParam().want_samples);
  std::string want = GetParam().want_error;
  if (const std::size_t at = want.find("PORT"); at != std::string::npos) {
    want.replace(at, 4, port);
  }
  EXPECT_EQ(ended ? "" : ended.error().message, want);
}

net::HttpResponse Answer(int status, std::string type, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = std::move(type);
  response.body = std::move(body);
  return response;
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PageCollectorTest,
    testing::Values(
        Case{"Text",
             Answer(200, "text/plain; version=0.0.4", "# TYPE a counter\na{x=\"1\"} 2\nb 3\n"),
             2,
             ""},
        Case{"OpenMetrics",
             Answer(200,
                    "application/openmetrics-text; version=1.0.0",
                    "# TYPE a counter\na_total 2\n# EOF\n"),
             1,
             ""},
        Case{"NotFound",
             Answer(404, "text/plain", "no"),
             0,
             "server returned HTTP status 404 Not Found"},
        Case{"Html",
             Answer(200, "text/html", "<html><body>It works!</body></html>"),
             0,
             "received unsupported Content-Type \"text/html\" and no fallback_scrape_protocol "
             "specified for target"}),
    [](const auto& row) { return row.param.name; });

TEST(PageCollectorTest, HalfAPageIsNone) {
  auto router = std::make_shared<net::Router>();
  router->Handle("GET", "/metrics", net::Access::kRead, [](const net::HttpRequest&) {
    return Answer(200, "text/plain", "a 1\n<html><body>It works!</body></html>");
  });
  auto server = net::HttpServer::Start({.listen_address = "127.0.0.1:0"}, router, Logger());
  ASSERT_TRUE(server.has_value());
  const auto collector = MakePageCollector(
      {.url = fmt::format("http://127.0.0.1:{}/metrics", (*server)->port()), .instance = "a:1"});
  scrape::SnapshotSink sink;
  const Status ended = collector->Collect(
      {.stop = {}, .deadline = std::chrono::steady_clock::now() + seconds(20)}, sink);
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().code, ErrorCode::kProtocol);
  EXPECT_EQ(sink.samples(), 0U) << "half a page counts as none";
}

}  // namespace
}  // namespace sidewatch::application
