#include "exporter/net/web_config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "exporter/config/reader.h"

namespace sidewatch::net {

namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

template <typename T>
using Choices = std::initializer_list<std::pair<std::string_view, T>>;

/// Reads one of a few words.
template <typename T>
void ReadChoice(MapReader& map, std::string_view key, const Choices<T>& choices, T& out) {
  std::string word;
  if (!map.Read(key, word)) {
    return;
  }
  std::vector<std::string_view> names;
  for (const auto& [name, value] : choices) {
    if (name == word) {
      out = value;
      return;
    }
    names.push_back(name);
  }
  map.ErrorAt(key, fmt::format("\"{}\" is none of {}", word, fmt::join(names, ", ")));
}

void ReadTls(const Node& node, Diagnostics& diagnostics, TlsServerConfig& tls) {
  const Choices<int> versions = {{"TLS10", TLS1_VERSION},
                                 {"TLS11", TLS1_1_VERSION},
                                 {"TLS12", TLS1_2_VERSION},
                                 {"TLS13", TLS1_3_VERSION}};
  const Choices<ClientAuth> policies = {
      {"NoClientCert", ClientAuth::kNoClientCert},
      {"RequestClientCert", ClientAuth::kRequestClientCert},
      {"RequireAnyClientCert", ClientAuth::kRequireAnyClientCert},
      {"VerifyClientCertIfGiven", ClientAuth::kVerifyClientCertIfGiven},
      {"RequireAndVerifyClientCert", ClientAuth::kRequireAndVerifyClientCert}};
  MapReader map(node, diagnostics);
  tls.position = node.position();
  tls.min_version = TLS1_2_VERSION;
  map.Require("cert_file", tls.cert_file);
  map.Require("key_file", tls.key_file);
  map.Read("client_ca_file", tls.client_ca_file);
  ReadChoice(map, "client_auth_type", policies, tls.client_auth);
  ReadChoice(map, "min_version", versions, tls.min_version);
  ReadChoice(map, "max_version", versions, tls.max_version);
  map.Read("cipher_suites", tls.cipher_suites);
  map.Read("curve_preferences", tls.curve_preferences);
  map.Ignore({"prefer_server_cipher_suites"});  // Go has stopped looking at it, and so do we.
  const bool verifies = tls.client_auth == ClientAuth::kVerifyClientCertIfGiven ||
                        tls.client_auth == ClientAuth::kRequireAndVerifyClientCert;
  if (verifies && tls.client_ca_file.empty()) {
    map.ErrorAt("client_auth_type", "needs a client_ca_file to verify against");
  }
  if (!verifies && !tls.client_ca_file.empty()) {
    map.ErrorAt("client_ca_file",
                "is not used unless client_auth_type is RequireAndVerifyClientCert or "
                "VerifyClientCertIfGiven");
  }
}

/// A header that may be set, and the values that it may have, written in any case.
struct AllowedHeader {
  const char* name;
  std::array<std::string_view, 2> values;  ///< The first one empty: any.
};

bool Allows(const AllowedHeader& header, const std::string& value) {
  return header.values.front().empty() || value.empty() ||
         std::ranges::any_of(header.values, [&](std::string_view allowed) {
           return std::ranges::equal(allowed, value, {}, {}, [](char c) {
             return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
           });
         });
}

void ReadHeaders(MapReader& http, std::vector<Header>& headers) {
  constexpr std::array kAllowed = {AllowedHeader{"Content-Security-Policy", {}},
                                   AllowedHeader{"X-Frame-Options", {"deny", "sameorigin"}},
                                   AllowedHeader{"X-Content-Type-Options", {"nosniff"}},
                                   AllowedHeader{"X-XSS-Protection", {}},
                                   AllowedHeader{"Strict-Transport-Security", {}}};
  const std::optional<Node> node = http.Get("headers");
  if (!node) {
    return;
  }
  MapReader map(*node, http.diagnostics());
  for (const AllowedHeader& header : kAllowed) {
    std::string value;
    if (!map.Read(header.name, value)) {
      continue;
    }
    if (!Allows(header, value)) {
      map.ErrorAt(header.name,
                  fmt::format("expected {}{}{}, got \"{}\"",
                              header.values[0],
                              header.values[1].empty() ? "" : " or ",
                              header.values[1],
                              value));
    } else if (!value.empty()) {
      headers.emplace_back(header.name, std::move(value));
    }
  }
}

void ReadHttp(const Node& node, Diagnostics& diagnostics, WebConfig& out) {
  MapReader map(node, diagnostics);
  bool permitted = true;
  map.Read("http2", permitted);  // Clients settle on HTTP/1.1, which is all that is spoken here.
  ReadHeaders(map, out.headers);
}

bool IsBcrypt(std::string_view hash) {
  constexpr std::size_t kBcryptSize = 60;
  constexpr std::array<std::string_view, 3> kKinds = {"$2a$", "$2b$", "$2y$"};
  return hash.size() == kBcryptSize &&
         std::any_of(kKinds.begin(), kKinds.end(), [hash](std::string_view kind) {
           return hash.starts_with(kind);
         });
}

void ReadUsers(const Node& node, Diagnostics& diagnostics, WebConfig& out) {
  if (!node.is_map()) {
    diagnostics.Error(node.position(),
                      "expected a map of user names to bcrypt hashes, got " + node.Describe());
    return;
  }
  for (const auto& [name, hash] : node.entries()) {
    if (!hash.is_scalar() || !IsBcrypt(hash.text())) {
      diagnostics.Error(hash.position(),
                        fmt::format("the password of \"{}\" is not a bcrypt hash; make one with "
                                    "htpasswd -nBC 10 \"\"",
                                    name.text()));
      continue;
    }
    out.basic_auth_users.emplace(name.text(), Secret(hash.text()));
  }
}

void MakeAbsolute(const std::filesystem::path& folder, std::string& file) {
  if (!file.empty()) {
    file = (folder / file).string();
  }
}

}  // namespace

Result<WebConfig> LoadWebConfig(const std::string& path) {
  Diagnostics diagnostics;
  WebConfig out;
  if (const auto root = config::LoadYaml(path, config::ExpandEnv::kNo, diagnostics)) {
    MapReader map(*root, diagnostics);
    if (const auto node = map.Get("tls_server_config"); node && !node->is_null()) {
      ReadTls(*node, diagnostics, out.tls.emplace());
    }
    if (const auto node = map.Get("http_server_config"); node && !node->is_null()) {
      ReadHttp(*node, diagnostics, out);
    }
    if (const auto node = map.Get("basic_auth_users"); node && !node->is_null()) {
      ReadUsers(*node, diagnostics, out);
    }
  }
  SW_TRY(diagnostics.ToStatus());
  if (out.tls) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    MakeAbsolute(folder, out.tls->cert_file);
    MakeAbsolute(folder, out.tls->key_file);
    MakeAbsolute(folder, out.tls->client_ca_file);
  }
  return out;
}

}  // namespace sidewatch::net
