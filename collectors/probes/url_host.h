#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sidewatch::probes {

/// The host of `scheme://user@host:port/path`, without the brackets of an IPv6 address.
std::string HostOf(std::string_view url);

struct HostPort {
  std::string host;  ///< Without brackets.
  int port = 0;
};

/// Splits `host:port` and `[::1]:port`. Nothing: not such a text.
std::optional<HostPort> SplitHostPort(std::string_view text);

/// `shop.example`, `shop.example:443`, `[::1]`, `::1`; port 0: none is given.
HostPort HostAndPort(std::string_view text);

}  // namespace sidewatch::probes
