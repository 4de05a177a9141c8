#include "collectors/redis/options.h"

namespace sidewatch::redis {

namespace {

void ReadTls(config::MapReader& target, Endpoint& endpoint) {
  const std::optional<config::Node> node = target.Get("tls_config");
  if (!node || node->is_null()) {
    return;
  }
  if (!endpoint.target.tls) {
    target.ErrorAt("tls_config", "is of no use with a url that is not rediss://");
    endpoint.target.tls.emplace();
  }
  net::TlsOptions& tls = *endpoint.target.tls;
  config::MapReader map(*node, target.diagnostics());
  map.Read("ca_file", tls.ca_file);
  map.Read("cert_file", tls.cert_file);
  map.Read("key_file", tls.key_file);
  map.Read("server_name", tls.server_name);
  map.Read("insecure_skip_verify", tls.insecure_skip_verify);
}

}  // namespace

Options ReadOptions(config::MapReader& target) {
  Options options;
  Secret url;
  target.Require("url", url);
  if (!url.empty()) {
    Result<Endpoint> endpoint = ParseEndpoint(url.Reveal());
    if (endpoint) {
      options.endpoint = std::move(*endpoint);
    } else {
      target.ErrorAt("url", endpoint.error().message);
    }
  }
  target.Read("username", options.endpoint.username);
  const bool given = target.ReadSecret("password", options.password);
  if (given && !options.endpoint.password.empty()) {
    target.ErrorAt("password", "the url has a password already");
  }
  ReadTls(target, options.endpoint);
  options.checks = ReadCheckOptions(target);
  return options;
}

}  // namespace sidewatch::redis
