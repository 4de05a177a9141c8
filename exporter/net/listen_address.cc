#include "exporter/net/listen_address.h"

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::net {

Result<std::vector<std::string>> ListenSpecs(const std::string& address, Transport transport) {
  const std::size_t colon = address.rfind(':');
  const std::optional<std::int64_t> port =
      colon == std::string::npos ? std::nullopt : ParseInteger(address.substr(colon + 1));
  if (!port || *port < 0 || *port > std::numeric_limits<std::uint16_t>::max()) {
    return Fail(ErrorCode::kInvalidArgument,
                "listen address \"{}\": expected host:port or :port, with a port from 0 to 65535",
                address);
  }
  const std::string host = address.substr(0, colon);
  if (host.find_first_of(", ") != std::string::npos ||
      (!host.starts_with('[') && host.find(':') != std::string::npos)) {
    return Fail(ErrorCode::kInvalidArgument,
                "listen address \"{}\": an IPv6 address stands in brackets, [::1]:9847",
                address);
  }
  const char* suffix = transport == Transport::kTls ? "s" : "";
  if (host.empty()) {
    return std::vector{fmt::format("+{}{}", *port, suffix), fmt::format("{}{}", *port, suffix)};
  }
  return std::vector{fmt::format("{}:{}{}", host, *port, suffix)};
}

}  // namespace sidewatch::net
