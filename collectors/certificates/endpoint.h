#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/config/reader.h"
#include "exporter/net/stream.h"

namespace sidewatch::certificates {

struct StartTls;

/// A server that shows its certificate.
struct Endpoint {
  std::string host;
  int port = 443;
  std::string server_name = {};  ///< Sent and compared; never empty after reading.
  std::string file = {};         ///< The file that it should serve; empty: found by its names.
  const StartTls* starttls = nullptr;  ///< Null: TLS from the first byte.

  /// `shop.example:443`, and ` (name)` if it is asked for another name: unique in a target.
  std::string ToString() const;

  net::StreamTarget target() const { return {.host = host, .port = port}; }
};

/// Reads `host[:port][, server_name]`, also as `https://host[:port]`. Errors: kInvalidArgument.
Result<Endpoint> ParseEndpoint(std::string_view text);

/// Reads that, or a map of `address`, `server_name`, `starttls` and `file`.
void ReadValue(const config::Node& node, config::Diagnostics& diagnostics, Endpoint& out);

}  // namespace sidewatch::certificates
