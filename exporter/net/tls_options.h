#pragma once

#include <string>

namespace sidewatch::net {

/// How to verify the peer and to identify ourselves, Prometheus' `tls_config`.
struct TlsOptions {
  std::string ca_file = {};  ///< Empty: the system's.
  std::string cert_file = {};
  std::string key_file = {};
  std::string server_name = {};  ///< Empty: the host's name.
  bool insecure_skip_verify = false;
};

}  // namespace sidewatch::net
