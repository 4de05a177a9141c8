#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/base/log.h"
#include "exporter/base/result.h"
#include "exporter/net/router.h"

namespace sidewatch::net {

struct HttpServerOptions {
  std::string listen_address =
      ":9847";  ///< `host:port`, `:port` (all addresses, IPv4 and IPv6), port 0 = any.
  std::string web_config_file =
      {};  ///< exporter-toolkit's file: TLS, basic auth, headers. May be empty.
  std::vector<std::string> allow_writes_from =
      {};  ///< CIDRs besides loopback that may use Access::kWrite.
  int threads = 4;
  std::uint64_t max_body_bytes = 8ULL << 20;
};

/// The one port. CivetWeb stays behind this class.
///
/// Answers gzip where the client asks for it and the body is worth it. A handler's exception
/// becomes 500 and a log line. A client that is slow or hangs occupies one of the threads, for at
/// most 10 s without progress, as does one that has not sent its headers by then.
class HttpServer {
 public:
  /// Errors: kUnavailable `cannot listen on …: address already in use`, kInvalidArgument for a bad
  /// address or a bad web config (with file:line:column).
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                   std::shared_ptr<const Router> router,
                                                   const Logger& log);
  HttpServer() = default;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  virtual ~HttpServer() = default;

  /// The port that was bound.
  virtual int port() const = 0;
};

}  // namespace sidewatch::net
