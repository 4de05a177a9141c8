#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/net/stream.h"

namespace sidewatch::net {

/// How far a non-blocking step came.
struct IoStep {
  enum class Kind { kDone, kWantRead, kWantWrite, kClosed, kFailed };
  Kind kind = Kind::kDone;
  std::size_t bytes = 0;
};

/// Bytes over a non-blocking socket that somebody else owns; never waits. Internal to this folder.
class Channel {
 public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  virtual IoStep Handshake() = 0;
  virtual IoStep Read(std::span<char> buffer) = 0;
  virtual IoStep Write(std::string_view data) = 0;

  /// Why the last step failed.
  virtual std::string Problem() const = 0;

  virtual std::optional<TlsState> tls_state() const = 0;
};

std::unique_ptr<Channel> MakePlainChannel(int fd);

/// `host` is verified and sent as SNI unless `options` names another. Errors: kInvalidArgument (a
/// file of `options`).
Result<std::unique_ptr<Channel>> MakeTlsChannel(int fd,
                                                const std::string& host,
                                                const TlsOptions& options);

}  // namespace sidewatch::net
