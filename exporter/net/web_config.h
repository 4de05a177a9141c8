#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/config/diagnostics.h"
#include "exporter/net/http_message.h"

namespace sidewatch::net {

/// What a client has to show when it connects; the names are those of Go's crypto/tls.
enum class ClientAuth {
  kNoClientCert,
  kRequestClientCert,
  kRequireAnyClientCert,
  kVerifyClientCertIfGiven,
  kRequireAndVerifyClientCert,
};

struct TlsServerConfig {
  config::Position position;
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file;
  ClientAuth client_auth = ClientAuth::kNoClientCert;
  int min_version = 0;  ///< As OpenSSL numbers them.
  int max_version = 0;
  std::vector<std::string> cipher_suites;      ///< IANA names, up to TLS 1.2.
  std::vector<std::string> curve_preferences;  ///< OpenSSL's names.
};

/// exporter-toolkit's web configuration file.
struct WebConfig {
  std::optional<TlsServerConfig> tls;
  std::vector<Header> headers;                     ///< Added to every answer.
  std::map<std::string, Secret> basic_auth_users;  ///< bcrypt hashes.
};

/// Relative file names in it count from its own folder. Errors: kInvalidArgument, every mistake
/// with `file:line:column`.
Result<WebConfig> LoadWebConfig(const std::string& path);

}  // namespace sidewatch::net
