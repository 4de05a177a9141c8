#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/net/tls_options.h"

namespace sidewatch::net {

enum class AddressFamily { kAny, kIpv4, kIpv6 };

/// Whom to connect to: host and port, or a unix socket.
struct StreamTarget {
  std::string host = {};
  int port = 0;
  std::string unix_path = {};  ///< If set, host and port are not used.
  AddressFamily family = AddressFamily::kAny;
  std::optional<TlsOptions> tls = {};  ///< TLS from the first byte.

  /// `host:port`, `[::1]:port` or the path, for messages.
  std::string ToString() const;
};

/// What TLS agreed on.
struct TlsState {
  std::string version;                 ///< `TLSv1.3`.
  std::string cipher;                  ///< `TLS_AES_256_GCM_SHA384`.
  std::vector<std::string> chain_der;  ///< What the peer showed, its own certificate first.
};

/// A TCP or unix connection, plain or TLS. Closed by the destructor.
///
/// Every call ends at `deadline` and within 200 ms of a stop. Threads: belongs to one at a time.
/// Errors: kUnresolvedHost, kUnavailable (refused, reset, TLS), kDeadlineExceeded, kCancelled,
/// kInvalidArgument (an unreadable certificate file).
class Stream {
 public:
  /// Tries every address of the host in turn.
  static Result<std::unique_ptr<Stream>> Connect(const StreamTarget& target,
                                                 SteadyTime deadline,
                                                 const std::stop_token& stop);
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Writes all of `data`.
  virtual Status Write(std::string_view data, SteadyTime deadline, const std::stop_token& stop) = 0;

  /// Waits for bytes and returns how many came; 0: the peer has closed.
  virtual Result<std::size_t> Read(std::span<char> buffer,
                                   SteadyTime deadline,
                                   const std::stop_token& stop) = 0;

  /// Goes over to TLS in mid-stream (STARTTLS, PostgreSQL's SSLRequest).
  virtual Status StartTls(const TlsOptions& options,
                          SteadyTime deadline,
                          const std::stop_token& stop) = 0;

  /// Nothing before TLS has started.
  virtual std::optional<TlsState> tls_state() const = 0;

  /// The address that answered, without the port; the path of a unix socket.
  virtual const std::string& remote_address() const = 0;
};

}  // namespace sidewatch::net
