#include "collectors/certificates/endpoint.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "collectors/certificates/starttls.h"
#include "exporter/base/number.h"

namespace sidewatch::certificates {

namespace {

constexpr int kMostPort = 65535;

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) {
    text.remove_prefix(1);
  }
  while (text.ends_with(' ')) {
    text.remove_suffix(1);
  }
  return text;
}

/// `https://shop.example:8443/path` without scheme and path.
std::string_view WithoutUrl(std::string_view text) {
  for (const std::string_view scheme : {"https://", "tls://"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      return text.substr(0, text.find('/'));
    }
  }
  return text;
}

tl::unexpected<Error> BadEndpoint(std::string_view text) {
  return Fail(ErrorCode::kInvalidArgument,
              "\"{}\" is no endpoint: expected host:port, or host:port, server_name",
              text);
}

struct Address {
  std::string_view host;
  std::optional<std::string_view> port;
};

/// Splits `host`, `host:port`, `[::1]:port`; a bare IPv6 address has no port.
std::optional<Address> SplitAddress(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    const std::string_view rest = text.substr(std::min(close, text.size() - 1) + 1);
    if (close == std::string_view::npos || (!rest.empty() && rest.front() != ':')) {
      return std::nullopt;
    }
    const std::string_view host = text.substr(1, close - 1);
    return rest.empty() ? Address{host, std::nullopt} : Address{host, rest.substr(1)};
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon != text.rfind(':')) {
    return Address{text, std::nullopt};
  }
  return Address{text.substr(0, colon), text.substr(colon + 1)};
}

bool ReadAddress(std::string_view text, Endpoint& out) {
  const std::optional<Address> address = SplitAddress(text);
  if (!address || address->host.empty() ||
      address->host.find_first_of(" /@") != std::string_view::npos) {
    return false;
  }
  out.host = address->host;
  if (!address->port) {
    return true;
  }
  const std::optional<std::int64_t> number = ParseInteger(*address->port);
  if (!number || *number < 1 || *number > kMostPort) {
    return false;
  }
  out.port = static_cast<int>(*number);
  return true;
}

}  // namespace

std::string Endpoint::ToString() const {
  const std::string address = target().ToString();
  return server_name == host ? address : fmt::format("{} ({})", address, server_name);
}

Result<Endpoint> ParseEndpoint(std::string_view text) {
  const std::size_t comma = text.find(',');
  const std::string_view address = WithoutUrl(Trimmed(text.substr(0, comma)));
  Endpoint endpoint;
  if (!ReadAddress(address, endpoint)) {
    return BadEndpoint(text);
  }
  endpoint.server_name =
      comma == std::string_view::npos ? endpoint.host : Trimmed(text.substr(comma + 1));
  if (endpoint.server_name.empty()) {
    return BadEndpoint(text);
  }
  return endpoint;
}

void ReadValue(const config::Node& node, config::Diagnostics& diagnostics, Endpoint& out) {
  std::string address;
  if (!node.is_map()) {
    config::ReadValue(node, diagnostics, address);
    Result<Endpoint> endpoint = ParseEndpoint(address);
    if (endpoint) {
      out = std::move(*endpoint);
    } else {
      diagnostics.Error(node.position(), endpoint.error().message);
    }
    return;
  }
  config::MapReader map(node, diagnostics);
  map.Require("address", address);
  Result<Endpoint> endpoint = ParseEndpoint(address);
  if (endpoint) {
    out = std::move(*endpoint);
  } else if (!address.empty()) {
    map.ErrorAt("address", endpoint.error().message);
  }
  map.Read("server_name", out.server_name);
  map.Read("file", out.file);
  std::string starttls;
  if (map.Read("starttls", starttls)) {
    out.starttls = FindStartTls(starttls);
    if (out.starttls == nullptr) {
      map.ErrorAt("starttls",
                  fmt::format("\"{}\" is not known: expected {}", starttls, StartTlsNames()));
    }
  }
}

}  // namespace sidewatch::certificates
