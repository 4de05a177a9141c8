#include "collectors/probes/modules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "collectors/probes/http_options.h"
#include "collectors/probes/url_host.h"

namespace sidewatch::probes {

namespace {

constexpr std::size_t kLongestTarget = 2048;
constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

/// In small letters, without the dot that ends a full name.
std::string Canonical(std::string_view host) {
  return Lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
}

/// Where a URL leads. Nothing: it is spelled so that others might read it otherwise than we do.
std::optional<HostPort> PlaceOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const bool plain = url.starts_with("http://");
  if (scheme == std::string_view::npos || (!plain && !url.starts_with("https://"))) {
    return std::nullopt;
  }
  const std::string_view rest = url.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const bool odd = authority.empty() || authority.find_first_of("@\\%") != std::string::npos;
  if (odd) {
    return std::nullopt;
  }
  HostPort place = HostAndPort(authority);
  if (place.port == 0) {
    place.port = plain ? kHttpPort : kHttpsPort;
  }
  return place;
}

bool IsPrintable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Status Refuse(std::string_view host) {
  return Fail(ErrorCode::kPermissionDenied,
              "\"{}\" may not be probed: add it to `allow` under `probe` in the configuration",
              host);
}

Result<ProbeOptions> Point(HttpOptions options,
                           const std::string& target,
                           const AllowedHosts& allowed) {
  options.url = target.find("://") == std::string::npos ? "http://" + target : target;
  const std::optional<HostPort> place = PlaceOf(options.url);
  if (!place) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"{}\" is no target: expected a host or a URL of http or https without user",
                target);
  }
  if (!allowed.Allows(place->host, place->port)) {
    SW_TRY(Refuse(place->host));
  }
  options.may_follow = [allowed](const std::string& url) {
    const std::optional<HostPort> next = PlaceOf(url);
    return next && allowed.Allows(next->host, next->port);
  };
  return options;
}

Result<ProbeOptions> Point(TcpOptions options,
                           const std::string& target,
                           const AllowedHosts& allowed) {
  const std::optional<HostPort> place = SplitHostPort(target);
  if (!place) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" is no target: expected host:port", target);
  }
  if (!allowed.Allows(place->host, place->port)) {
    SW_TRY(Refuse(target));
  }
  options.host = place->host;
  options.port = place->port;
  return options;
}

Result<ProbeOptions> Point(IcmpOptions options,
                           const std::string& target,
                           const AllowedHosts& allowed) {
  if (target.find_first_of("/@") != std::string::npos) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" is no target: expected a host", target);
  }
  if (!allowed.Allows(target, 0)) {
    SW_TRY(Refuse(target));
  }
  options.host = target;
  return options;
}

Result<ProbeOptions> Point(DnsOptions options,
                           const std::string& target,
                           const AllowedHosts& allowed) {
  const HostPort place = HostAndPort(target);
  if (place.host.empty() || target.find_first_of("/@") != std::string::npos) {
    return Fail(
        ErrorCode::kInvalidArgument, "\"{}\" is no target: expected host or host:port", target);
  }
  options.host = place.host;
  options.port = place.port;
  if (!allowed.Allows(place.host, DnsPort(options))) {
    SW_TRY(Refuse(target));
  }
  return options;
}

struct ProberRow {
  std::string_view name;
  ProbeOptions (*read)(config::MapReader& map);
};

constexpr std::array kProbers = {
    ProberRow{"http",
              [](config::MapReader& map) {
                return ProbeOptions(ReadHttpOptions(map, {}));
              }},
    ProberRow{"tcp",
              [](config::MapReader& map) {
                return ProbeOptions(ReadTcpOptions(map));
              }},
    ProberRow{"icmp",
              [](config::MapReader& map) {
                return ProbeOptions(ReadIcmpOptions(map));
              }},
    ProberRow{"dns",
              [](config::MapReader& map) {
                return ProbeOptions(ReadDnsOptions(map));
              }},
};

/// `{prober: http, timeout: 5s, http: {…}}`.
Module ReadModule(const config::Node& node, config::Diagnostics& diagnostics) {
  Module module;
  config::MapReader map(node, diagnostics);
  std::string prober;
  map.Require("prober", prober);
  map.Read("timeout", module.timeout);
  bool known = prober.empty();
  for (const ProberRow& row : kProbers) {
    const std::optional<config::Node> keys = map.Get(row.name);
    if (prober == row.name) {
      known = true;
      config::MapReader own(keys.value_or(config::Node()), diagnostics);
      module.probe = row.read(own);
    }
  }
  if (!known) {
    map.ErrorAt("prober",
                fmt::format("no prober \"{}\"; there are http, tcp, icmp and dns", prober));
  }
  return module;
}

void ReadModules(const config::Node& node, Endpoint& endpoint, config::Diagnostics& diagnostics) {
  if (!node.is_map()) {
    diagnostics.Error(node.position(),
                      fmt::format("expected a map of modules, got {}", node.Describe()));
    return;
  }
  for (const auto& [name, module] : node.entries()) {
    endpoint.modules[name.text()] = ReadModule(module, diagnostics);
  }
}

void ReadModulesFile(config::MapReader& map, Endpoint& endpoint) {
  std::string path;
  if (!map.Read("modules_file", path)) {
    return;
  }
  const config::Position& where = map.Get("modules_file")->position();
  // A blackbox.yml is used as it is: `$` means nothing in it.
  const auto root =
      config::LoadYaml(config::ResolvePath(where, path), config::ExpandEnv::kNo, map.diagnostics());
  if (!root) {
    return;
  }
  config::MapReader file(*root, map.diagnostics());
  if (const auto modules = file.Get("modules")) {
    ReadModules(*modules, endpoint, map.diagnostics());
  }
}

}  // namespace

Status AllowedHosts::Add(std::string_view text) {
  if (text == "*") {
    all_ = true;
    return {};
  }
  if (text.find('/') != std::string_view::npos) {
    SW_TRY_ASSIGN(net::AddressRange range, net::AddressRange::Parse(text));
    ranges_.push_back(range);
    return {};
  }
  const HostPort place = HostAndPort(text);
  const bool suffix = place.host.starts_with("*.");
  const std::string host = Canonical(suffix ? place.host.substr(1) : place.host);
  const bool bad = host.empty() || host == "." || host.find_first_of("* @") != std::string::npos;
  if (bad) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"{}\" names no host: expected shop.example, *.shop.example, shop.example:443, "
                "10.0.0.0/8 or *",
                text);
  }
  names_.push_back({.host = host, .port = place.port});
  return {};
}

bool AllowedHosts::Allows(std::string_view host, int port) const {
  const std::string name = Canonical(host);
  const bool named = std::ranges::any_of(names_, [&](const Name& row) {
    const bool fits = row.host.starts_with('.') ? name.ends_with(row.host) : name == row.host;
    return fits && (row.port == 0 || row.port == port);
  });
  if (all_ || named) {
    return true;
  }
  const Result<net::IpAddress> address = net::IpAddress::Parse(name);
  return address && std::ranges::any_of(ranges_, [&](const net::AddressRange& range) {
           return range.Contains(*address);
         });
}

Endpoint ReadEndpoint(const config::Node& node,
                      std::span<const std::string> urls,
                      config::Diagnostics& diagnostics) {
  Endpoint endpoint;
  endpoint.modules["http_2xx"].probe = HttpOptions();
  endpoint.modules["tcp_connect"].probe = TcpOptions();
  endpoint.modules["icmp"].probe = IcmpOptions();
  for (const std::string& url : urls) {
    const std::size_t scheme = url.find("://");
    const std::string_view rest =
        std::string_view(url).substr(scheme == std::string::npos ? 0 : scheme + 3);
    const std::optional<HostPort> place =
        PlaceOf(scheme == std::string::npos ? "http://" + url : url);
    // What cannot be read is told of where the probe itself is read.
    [[maybe_unused]] const Status added =
        endpoint.allowed.Add(place ? fmt::format("[{}]:{}", place->host, place->port)
                                   : std::string(rest.substr(0, rest.find('/'))));
  }
  config::MapReader map(node, diagnostics);
  std::vector<std::string> hosts;
  map.Read("allow", hosts);
  for (const std::string& host : hosts) {
    if (const Status added = endpoint.allowed.Add(host); !added) {
      map.ErrorAt("allow", added.error().message);
    }
  }
  ReadModulesFile(map, endpoint);
  if (const auto modules = map.Get("modules"); modules && !modules->is_null()) {
    ReadModules(*modules, endpoint, diagnostics);
  }
  return endpoint;
}

Result<ProbeOptions> PointAt(const Module& module,
                             const std::string& target,
                             const AllowedHosts& allowed) {
  if (target.size() > kLongestTarget || !IsPrintable(target)) {
    return Fail(ErrorCode::kInvalidArgument,
                "the target is no host or URL: it holds spaces or is too long");
  }
  return std::visit([&](const auto& probe) { return Point(probe, target, allowed); }, module.probe);
}

}  // namespace sidewatch::probes
