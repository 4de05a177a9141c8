#include "exporter/web/web.h"

#include <string>

#include "exporter/web/assets.h"

namespace sidewatch::web {

namespace {

// Only our own files, no inline code, nothing of others, in nobody's frame.
constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Asset {
  std::string_view path;
  std::string_view content_type;
  const std::string_view* text;
};

constexpr Asset kAssets[] = {
    {"/", "text/html; charset=utf-8", &kPageHtml},
    {"/web/page.css", "text/css; charset=utf-8", &kPageCss},
    {"/web/page.js", "text/javascript; charset=utf-8", &kPageJs},
};

net::HttpResponse Serve(const Asset& asset) {
  net::HttpResponse response;
  response.content_type = asset.content_type;
  response.headers = {{"Content-Security-Policy", kPolicy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-cache"}};
  response.body = *asset.text;
  return response;
}

}  // namespace

void RegisterWeb(net::Router& router) {
  for (const Asset& asset : kAssets) {
    router.Handle("GET", asset.path, net::Access::kRead, [&asset](const net::HttpRequest&) {
      return Serve(asset);
    });
  }
}

}  // namespace sidewatch::web
