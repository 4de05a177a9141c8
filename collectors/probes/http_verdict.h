#pragma once

#include <string>

#include "collectors/probes/options.h"
#include "exporter/net/http_client.h"

namespace sidewatch::probes {

/// Whether a reply is what was asked for.
struct HttpVerdict {
  std::string failure = {};  ///< Empty: it is.
  bool by_regexp = false;
};

/// Judges status, version, TLS, headers and body, in blackbox_exporter's order. The body of an
/// incomplete reply is not looked at.
HttpVerdict JudgeReply(const HttpOptions& options, const net::HttpReply& reply);

}  // namespace sidewatch::probes
