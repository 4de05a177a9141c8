#include "exporter/net/tls_options.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::net {

namespace {

using config::MapReader;
using config::Node;

constexpr std::pair<std::string_view, TlsVersion> kNames[] = {{"TLS10", TlsVersion::k10},
                                                              {"TLS11", TlsVersion::k11},
                                                              {"TLS12", TlsVersion::k12},
                                                              {"TLS13", TlsVersion::k13}};

void ReadVersion(MapReader& map, std::string_view key, TlsVersion& out) {
  std::string text;
  if (!map.Read(key, text)) {
    return;
  }
  for (const auto& [name, version] : kNames) {
    if (name == text) {
      out = version;
      return;
    }
  }
  map.ErrorAt(
      key, fmt::format("unknown TLS version \"{}\", expected TLS10, TLS11, TLS12 or TLS13", text));
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
  ReadVersion(map, "min_version", out.min_version);
  ReadVersion(map, "max_version", out.max_version);
  if (out.max_version != TlsVersion::kDefault && out.max_version < out.min_version) {
    map.ErrorAt("max_version", "max_version is older than min_version");
  }
}

}  // namespace sidewatch::net
