#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/net/stream.h"

namespace sidewatch::redis {

/// Where a Redis is and who asks.
struct Endpoint {
  net::StreamTarget target;
  std::string username;
  Secret password;  ///< As written in the URL.
};

/// Reads `redis://[[user]:password@]host[:port][/database]`, `rediss://…` (TLS), `valkey://…`,
/// `unix:///path`, a bare path or `host:port`. What follows `?` is for other clients' libraries.
///
/// Errors: kInvalidArgument, without any part of the text, as it may hold a password.
Result<Endpoint> ParseEndpoint(std::string_view url);

}  // namespace sidewatch::redis
