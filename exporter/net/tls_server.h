#pragma once

#include <memory>

#include "exporter/base/log.h"
#include "exporter/base/result.h"
#include "exporter/net/web_config.h"

namespace sidewatch::net {

/// The server's side of TLS. Certificates that change on disk are taken up by the next connections;
/// if the new ones cannot be read, the old ones stay and the log says so.
class TlsServer {
 public:
  /// Errors: kInvalidArgument with the position of the configuration.
  static Result<std::unique_ptr<TlsServer>> Create(const TlsServerConfig& config, Logger log);
  TlsServer() = default;
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  virtual ~TlsServer() = default;

  /// The SSL_CTX for CivetWeb; lives as long as this.
  virtual void* context() const = 0;
};

}  // namespace sidewatch::net
