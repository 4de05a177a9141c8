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

std::vector<Asset> AssetsEndingIn(std::string_view extension) {
  std::vector<Asset> found;
  for (const Asset& asset : Assets()) {
    if (asset.name.ends_with(extension)) {
      found.push_back(asset);
    }
  }
  return found;
}

TEST(WebTest, ServesThePageAndWhatItLoads) {
  std::vector<std::string> paths = {"/", "/web/page.css"};
  for (const Asset& script : AssetsEndingIn(".js")) {
    paths.push_back("/web/" + std::string(script.name));
  }
  ASSERT_GT(paths.size(), 5U);
  for (const std::string& path : paths) {
    const net::HttpResponse response = Get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_GT(response.body.size(), 500U) << path;
    EXPECT_NE(net::FindHeader(response.headers, "Content-Security-Policy"), "") << path;
  }
  EXPECT_EQ(Get("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(Get("/web/dom.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(Get("/web/other.js").status, 404);
}

TEST(WebTest, IsSmall) {
  std::size_t size = 0;
  for (const Asset& asset : Assets()) {
    size += asset.text.size();
  }
  EXPECT_LT(size, 40'000U);
}

TEST(WebTest, NeverSetsMarkupFromData) {
  for (const Asset& script : AssetsEndingIn(".js")) {
    for (const char* sink :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("}) {
      EXPECT_EQ(script.text.find(sink), std::string_view::npos) << script.name << ": " << sink;
    }
  }
}

TEST(WebTest, LoadsNothingFromElsewhereAndHasNoInlineCode) {
  for (const Asset& asset : Assets()) {
    if (asset.name == "query.js") {
      continue;  // Names the namespace of SVG, which is no address to load from.
    }
    EXPECT_EQ(asset.text.find("http://"), std::string_view::npos) << asset.name;
    EXPECT_EQ(asset.text.find("https://"), std::string_view::npos) << asset.name;
  }
  for (const char* inline_code : {"<style", "style=", "onclick", "<script>"}) {
    EXPECT_EQ(AssetsEndingIn(".html").front().text.find(inline_code), std::string_view::npos)
        << inline_code;
  }
}

}  // namespace
}  // namespace sidewatch::web
