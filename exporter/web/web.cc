#include "exporter/web/web.h"

#include <algorithm>
#include <string>

#include "exporter/base/check.h"
#include "exporter/web/assets.h"

namespace sidewatch::web {

namespace {

constexpr std::string_view kPage = "page.html";

// Only our own files, no inline code, nothing of others, in nobody's frame.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Kind {
  std::string_view extension;
  std::string_view content_type;
  net::Access access;
};

constexpr Kind kKinds[] = {
    {".html", "text/html; charset=utf-8", net::Access::kRead},
    // The page behind a signed link looks like the others.
    {".css", "text/css; charset=utf-8", net::Access::kSigned},
    {".js", "text/javascript; charset=utf-8", net::Access::kRead},
};

const Kind& KindOf(const Asset& asset) {
  const auto* const kind = std::ranges::find_if(
      kKinds, [&](const Kind& one) { return asset.name.ends_with(one.extension); });
  SW_CHECK(kind != std::end(kKinds), "a file of the page is of no known kind");
  return *kind;
}

net::HttpResponse Serve(const Asset& asset) {
  net::HttpResponse response;
  response.content_type = KindOf(asset).content_type;
  response.headers = {{"Content-Security-Policy", kPolicy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-cache"}};
  response.body = asset.text;
  return response;
}

}  // namespace

void RegisterWeb(net::Router& router) {
  for (const Asset& asset : Assets()) {
    const std::string path = asset.name == kPage ? "/" : "/web/" + std::string(asset.name);
    router.Handle("GET", path, KindOf(asset).access, [&asset](const net::HttpRequest&) {
      return Serve(asset);
    });
  }
}

}  // namespace sidewatch::web
