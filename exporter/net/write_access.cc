#include "exporter/net/write_access.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sidewatch::net {

namespace {

/// `http://host:port` without the scheme.
std::string_view HostOfOrigin(std::string_view origin) {
  const std::size_t slashes = origin.find("://");
  return slashes == std::string_view::npos ? origin : origin.substr(slashes + 3);
}

std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) {
    return host.substr(1, host.find(']') - 1);
  }
  return host.substr(0, host.find(':'));
}

/// A name that an attacker's DNS server cannot point at us.
bool IsOwnName(std::string_view host) {
  const std::string_view name = WithoutPort(host);
  return name == "localhost" || IpAddress::Parse(name).has_value();
}

}  // namespace

bool IsFromLoopback(const IpAddress& remote_address, const std::vector<Header>& headers) {
  constexpr std::array kForwarded = {
      "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"};
  // An empty one was sent by whoever the proxy speaks for: the proxy's own may follow.
  return remote_address.is_loopback() && std::ranges::none_of(headers, [&](const Header& header) {
           return std::ranges::any_of(kForwarded, [&](const char* name) {
             return EqualsIgnoringCase(header.first, name);
           });
         });
}

Result<WriteAccess> WriteAccess::Create(const std::vector<std::string>& allow_writes_from,
                                        bool has_users) {
  WriteAccess access;
  access.has_users_ = has_users;
  for (const std::string& text : allow_writes_from) {
    Result<AddressRange> range = AddressRange::Parse(text);
    if (!range.has_value()) {
      return FailWith("allow-writes-from", range.error());
    }
    access.ranges_.push_back(*range);
  }
  return access;
}

std::optional<std::string> WriteAccess::Refusal(const HttpRequest& request) const {
  const std::string_view origin = request.GetHeader("Origin");
  const std::string_view host = request.GetHeader("Host");
  const bool foreign = !origin.empty() && HostOfOrigin(origin) != host;
  // A page of another site may ask by GET without saying where it comes from.
  const std::string_view site = request.GetHeader("Sec-Fetch-Site");
  const bool from_elsewhere = !site.empty() && site != "same-origin" && site != "none";
  const bool renamed = !origin.empty() && !has_users_ && !IsOwnName(host);
  if (foreign || renamed || from_elsewhere) {
    return fmt::format(
        "A page of \"{}\" may not change anything here. Open the page of this server by its IP "
        "address or as localhost, or use the command line.\n",
        origin.empty() ? "another site" : origin);
  }
  if (has_users_ || request.from_loopback) {
    return std::nullopt;
  }
  const Result<IpAddress> address = IpAddress::Parse(request.remote_address);
  const auto holds = [&](const AddressRange& range) {
    return range.Contains(*address);
  };
  if (address.has_value() && std::any_of(ranges_.begin(), ranges_.end(), holds)) {
    return std::nullopt;
  }
  return fmt::format(
      "Address {0} may read here but not change anything. To allow it, call from the machine "
      "itself, start sidewatch with --web.allow-writes-from={0}, or configure basic_auth_users "
      "in --web.config.file.\n",
      request.remote_address);
}

}  // namespace sidewatch::net
