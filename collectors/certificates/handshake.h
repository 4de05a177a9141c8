#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collectors/certificates/endpoint.h"
#include "collectors/certificates/pem_file.h"
#include "exporter/base/clock.h"
#include "exporter/net/certificate.h"
#include "exporter/net/stream.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::certificates {

/// What a server showed, or why it did not.
struct Handshake {
  const Endpoint* endpoint = nullptr;
  double seconds = 0;
  net::TlsState tls = {};
  std::vector<net::Certificate> chain = {};  ///< The server's own first; empty if it failed.

  /// Reasons: `unresolved_host`, `timeout`, `unreachable`, `tls_failed`, `starttls_refused`,
  /// `no_certificate`.
  std::optional<Problem> problem = std::nullopt;
};

/// Shakes hands with all endpoints at once, at most 16 at a time; when there are more, each gets
/// its share of the time. Nothing of what is shown is verified here. One that hangs takes no time
/// from the others. Back by the deadline, in the order of `endpoints`.
std::vector<Handshake> ShakeHands(std::span<const Endpoint> endpoints,
                                  const scrape::RunContext& run,
                                  const Clock& clock);

}  // namespace sidewatch::certificates
