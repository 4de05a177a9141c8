#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/net/stream.h"

namespace sidewatch::net {

/// A socket address as the system's calls want it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }

  /// `192.0.2.1`, `2001:db8::1`.
  std::string ToString() const;
};

/// All stream addresses of a host in the system's order of preference.
///
/// The system's resolver cannot be interrupted, so it runs in a thread of its own, which is left
/// behind at the deadline and ends by itself after the resolver's own timeout.
/// Errors: kUnresolvedHost, kDeadlineExceeded, kCancelled.
Result<std::vector<SocketAddress>> Resolve(const StreamTarget& target,
                                           SteadyTime deadline,
                                           const std::stop_token& stop);

}  // namespace sidewatch::net
