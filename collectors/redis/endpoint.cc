#include "collectors/redis/endpoint.h"

#include <algorithm>
#include <utility>

#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr int kDefaultPort = 6379;

enum class Transport { kPlain, kTls, kUnix };

struct Scheme {
  std::string_view prefix;
  Transport transport;
};

constexpr Scheme kSchemes[] = {
    {"redis://", Transport::kPlain},
    {"rediss://", Transport::kTls},
    {"valkey://", Transport::kPlain},
    {"valkeys://", Transport::kTls},
    {"redis+socket://", Transport::kUnix},
    {"unix://", Transport::kUnix},
    {"/", Transport::kUnix},
};

tl::unexpected<Error> BadUrl() {
  return Fail(ErrorCode::kInvalidArgument,
              "expected redis://[user:password@]host[:port][/database], rediss://… for TLS, or the "
              "path of a unix socket; special characters in a password must be percent-encoded");
}

std::optional<int> HexDigit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t at = kDigits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
  return at == std::string_view::npos ? std::nullopt : std::optional<int>(static_cast<int>(at));
}

/// Nothing: a `%` without two hexadecimal digits.
std::optional<std::string> PercentDecode(std::string_view text) {
  constexpr int kHexBase = 16;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) {
      return std::nullopt;
    }
    const std::optional<int> high = HexDigit(text[i + 1]);
    const std::optional<int> low = HexDigit(text[i + 2]);
    if (!high || !low) {
      return std::nullopt;
    }
    out += static_cast<char>(*high * kHexBase + *low);
    i += 2;
  }
  return out;
}

/// Splits at the last `at`; the first part is empty if there is none.
std::pair<std::string_view, std::string_view> SplitLast(std::string_view text, char at) {
  const std::size_t place = text.rfind(at);
  if (place == std::string_view::npos) {
    return {{}, text};
  }
  return {text.substr(0, place), text.substr(place + 1)};
}

Status ReadUser(std::string_view user_info, Endpoint& endpoint) {
  const std::size_t colon = user_info.find(':');
  const auto name = PercentDecode(user_info.substr(0, colon));
  const auto password = PercentDecode(
      colon == std::string_view::npos ? std::string_view() : user_info.substr(colon + 1));
  if (!name || !password) {
    return BadUrl();
  }
  endpoint.username = *name;
  endpoint.password = Secret(*password);
  return {};
}

Status ReadHost(std::string_view text, net::StreamTarget& target) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) {
      return BadUrl();
    }
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  target.host = host.empty() ? "localhost" : std::string(host);
  target.port = kDefaultPort;
  if (!port.empty()) {
    constexpr std::int64_t kMaxPort = 65535;
    const auto number = ParseInteger(port.substr(1));
    if (!port.starts_with(':') || !number || *number < 1 || *number > kMaxPort) {
      return BadUrl();
    }
    target.port = static_cast<int>(*number);
  }
  return {};
}

/// `user:password@/path`, or the path alone.
Status ReadSocket(std::string_view text, Endpoint& endpoint) {
  const std::size_t path = text.find('/');
  if (path == std::string_view::npos) {
    return BadUrl();
  }
  if (path > 0) {
    SW_TRY(ReadUser(SplitLast(text.substr(0, path), '@').first, endpoint));
  }
  endpoint.target.unix_path = text.substr(path);
  return {};
}

}  // namespace

Result<Endpoint> ParseEndpoint(std::string_view url) {
  const auto* const scheme =
      std::find_if(std::begin(kSchemes), std::end(kSchemes), [url](const Scheme& row) {
        return url.starts_with(row.prefix);
      });
  const bool bare = scheme == std::end(kSchemes);
  if (url.empty() || (bare && url.find("://") != std::string_view::npos)) {
    return BadUrl();
  }
  std::string_view rest = url.substr(0, url.find('?'));
  if (!bare && scheme->prefix.size() > 1) {
    rest.remove_prefix(scheme->prefix.size());
  }
  Endpoint endpoint;
  if (!bare && scheme->transport == Transport::kUnix) {
    SW_TRY(ReadSocket(rest, endpoint));
    return endpoint;
  }
  // A database's number is not needed: INFO is about all of them.
  const auto [user_info, place] = SplitLast(rest, '@');
  if (!user_info.empty()) {
    SW_TRY(ReadUser(user_info, endpoint));
  }
  SW_TRY(ReadHost(place.substr(0, place.find('/')), endpoint.target));
  if (!bare && scheme->transport == Transport::kTls) {
    endpoint.target.tls.emplace();
  }
  return endpoint;
}

}  // namespace sidewatch::redis
