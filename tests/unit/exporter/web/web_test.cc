#include "exporter/web/web.h"

#include <gtest/gtest.h>

#include "exporter/web/assets.h"

namespace sidewatch::web {
namespace {

net::HttpResponse Get(const std::string& path) {
  net::Router router;
  RegisterWeb(router);
  net::HttpRequest request{.method = "GET", .path = path};
  const net::Router::Found found = router.Find(request);
  return found.handler == nullptr ? found.error : (*found.handler)(request);
}

TEST(WebTest, ServesThePageAndWhatItLoads) {
  for (const char* path : {"/", "/web/page.css", "/web/page.js"}) {
    const net::HttpResponse response = Get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_GT(response.body.size(), 500U) << path;
    EXPECT_NE(net::FindHeader(response.headers, "Content-Security-Policy"), "") << path;
  }
  EXPECT_EQ(Get("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(Get("/web/other.js").status, 404);
}

TEST(WebTest, IsSmall) {
  EXPECT_LT(kPageHtml.size() + kPageCss.size() + kPageJs.size(), 40'000U);
}

TEST(WebTest, NeverSetsMarkupFromData) {
  for (const char* sink :
       {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("}) {
    EXPECT_EQ(kPageJs.find(sink), std::string_view::npos) << sink;
  }
}

TEST(WebTest, LoadsNothingFromElsewhereAndHasNoInlineCode) {
  for (const std::string_view text : {kPageHtml, kPageCss}) {
    EXPECT_EQ(text.find("http://"), std::string_view::npos);
    EXPECT_EQ(text.find("https://"), std::string_view::npos);
  }
  for (const char* inline_code : {"<style", "style=", "onclick", "<script>"}) {
    EXPECT_EQ(kPageHtml.find(inline_code), std::string_view::npos) << inline_code;
  }
}

}  // namespace
}  // namespace sidewatch::web
