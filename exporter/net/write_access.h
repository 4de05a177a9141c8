#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/net/address.h"
#include "exporter/net/http_message.h"

namespace sidewatch::net {

/// Decides who may use routes that change something: whoever has logged in if there are users, else
/// loopback and the ranges that were named.
class WriteAccess {
 public:
  /// Errors: kInvalidArgument (a range).
  static Result<WriteAccess> Create(const std::vector<std::string>& allow_writes_from,
                                    bool has_users);

  /// The sentence to refuse with, or nothing. The request has passed the login, if there is one.
  ///
  /// A browser that is sent here by a page of another site is refused as well: it would lend that
  /// page its loopback address or its login.
  std::optional<std::string> Refusal(const HttpRequest& request) const;

 private:
  std::vector<AddressRange> ranges_;
  bool has_users_ = false;
};

/// Whether the peer is this machine and does not speak for somebody else (a reverse proxy says so
/// in X-Forwarded-For, Forwarded or X-Real-IP).
bool IsFromLoopback(const IpAddress& remote_address, const std::vector<Header>& headers);

}  // namespace sidewatch::net
