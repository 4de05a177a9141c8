#pragma once

#include <string>

#include "exporter/config/reader.h"

namespace sidewatch::net {

/// `kDefault`: 1.2 at least, and whatever is newest.
enum class TlsVersion { kDefault, k10, k11, k12, k13 };

/// How to verify the peer and to identify ourselves, Prometheus' `tls_config`.
struct TlsOptions {
  std::string ca_file = {};  ///< Empty: the system's.
  std::string cert_file = {};
  std::string key_file = {};
  std::string server_name = {};  ///< Empty: the host's name.
  bool insecure_skip_verify = false;
  TlsVersion min_version = TlsVersion::kDefault;
  TlsVersion max_version = TlsVersion::kDefault;
};

/// Reads Prometheus' `tls_config`.
void ReadValue(const config::Node& node, config::Diagnostics& diagnostics, TlsOptions& out);

/// What makes OpenSSL speak the versions before 1.2; null where they are not wanted.
constexpr const char* CiphersOf(const TlsOptions& options) {
  const bool old = options.min_version == TlsVersion::k10 || options.min_version == TlsVersion::k11;
  return old ? "DEFAULT:@SECLEVEL=0" : nullptr;
}

}  // namespace sidewatch::net
