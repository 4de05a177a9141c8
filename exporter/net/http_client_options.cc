#include <utility>

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

std::optional<Node> GetFilled(MapReader& map, std::string_view key) {
  std::optional<Node> node = map.Get(key);
  return node && node->is_null() ? std::nullopt : node;
}

}  // namespace

void ReadValue(const Node& node, config::Diagnostics& diagnostics, TlsOptions& out) {
  MapReader map(node, diagnostics);
  for (const auto& [key, path] :
       {std::pair<std::string_view, std::string*>{"ca_file", &out.ca_file},
        {"cert_file", &out.cert_file},
        {"key_file", &out.key_file}}) {
    map.Read(key, *path);
    *path = config::ResolvePath(node.position(), *path);
  }
  map.Read("server_name", out.server_name);
  map.Read("insecure_skip_verify", out.insecure_skip_verify);
  if (out.cert_file.empty() != out.key_file.empty()) {
    map.Error("cert_file and key_file belong together: give both or none");
  }
}

void ReadHttpClientOptions(MapReader& map, HttpClientOptions& out) {
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
  map.Read("proxy_url", out.proxy_url);
  map.Read("follow_redirects", out.follow_redirects);
  map.Ignore({"enable_http2"});  // Permits it; libcurl chooses.
}

}  // namespace sidewatch::net
