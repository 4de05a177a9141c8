#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "exporter/net/http_client.h"

namespace sidewatch::net {

namespace {

using config::MapReader;
using config::Node;

void ReadBasicAuth(const Node& node, MapReader& parent, HttpClientOptions& out) {
  MapReader map(node, parent.diagnostics());
  map.Read("username", out.username);
  map.ReadSecret("password", out.password);
}

void ReadAuthorization(const Node& node, MapReader& parent, HttpClientOptions& out) {
  MapReader map(node, parent.diagnostics());
  if (map.Read("type", out.authorization_type) && out.authorization_type == "Basic") {
    map.ErrorAt("type", "\"Basic\" belongs under basic_auth, with username and password");
  }
  map.ReadSecret("credentials", out.authorization);
}

/// Keys of Prometheus' http_config that are not served, and what to do instead.
constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
    {"oauth2", "use authorization with credentials_file"},
    {"proxy_connect_header", "use a proxy that needs none"},
};

void Refuse(MapReader& map) {
  for (const auto& [key, value] : map.node().entries()) {
    for (const auto& [name, advice] : kRefused) {
      if (key.text() != name) {
        continue;
      }
      map.Ignore({name});
      if (!value.is_null()) {
        map.diagnostics().Error(key.position(),
                                fmt::format("{} is not supported: {}", name, advice));
      }
    }
  }
}

std::optional<Node> GetFilled(MapReader& map, std::string_view key) {
  std::optional<Node> node = map.Get(key);
  return node && node->is_null() ? std::nullopt : node;
}

void ReadProxy(MapReader& map, HttpClientOptions& out) {
  const bool named = map.Read("proxy_url", out.proxy_url) && !out.proxy_url.empty();
  const bool exceptions = map.Read("no_proxy", out.no_proxy) && !out.no_proxy.empty();
  map.Read("proxy_from_environment", out.proxy_from_environment);
  if (out.proxy_from_environment && (named || exceptions)) {
    map.ErrorAt("proxy_from_environment",
                "proxy_from_environment and proxy_url or no_proxy exclude each other");
  } else if (exceptions && !named) {
    map.ErrorAt("no_proxy", "no_proxy is of no use without proxy_url");
  }
}

}  // namespace

void ReadHttpClientOptions(MapReader& map, HttpClientOptions& out) {
  Refuse(map);
  int ways = 0;
  if (const auto node = GetFilled(map, "basic_auth")) {
    ReadBasicAuth(*node, map, out);
    ++ways;
  }
  if (const auto node = GetFilled(map, "authorization")) {
    ReadAuthorization(*node, map, out);
    ++ways;
  }
  if (map.ReadSecret("bearer_token", out.authorization)) {
    ++ways;
  }
  if (ways > 1) {
    map.Error("at most one of basic_auth, authorization and bearer_token may be given");
  }
  map.Read("tls_config", out.tls);
  ReadProxy(map, out);
  if (const auto node = GetFilled(map, "http_headers")) {
    ReadHttpHeaders(*node, map.diagnostics(), out.headers);
  }
  map.Read("follow_redirects", out.follow_redirects);
  map.Read("enable_http2", out.http2);
}

}  // namespace sidewatch::net
