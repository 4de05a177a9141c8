#include "collectors/probes/options.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "collectors/probes/http_options.h"
#include "collectors/probes/url_host.h"
#include "exporter/base/secret.h"

namespace sidewatch::probes {

namespace {

enum class Kind { kHttp, kTcp, kIcmp, kDns };

struct Scheme {
  std::string_view prefix;
  std::string_view prober;
  Kind kind;
  bool tls = false;
};

constexpr Scheme kSchemes[] = {
    {"http://", "http", Kind::kHttp},
    {"https://", "http", Kind::kHttp},
    {"tcp://", "tcp", Kind::kTcp},
    {"tls://", "tcp", Kind::kTcp, true},
    {"icmp://", "icmp", Kind::kIcmp},
    {"ping://", "icmp", Kind::kIcmp},
    {"dns://", "dns", Kind::kDns},
};

/// The row that the URL's scheme or, without one, the key `prober` names; null and an error if none
/// does.
const Scheme* SchemeOf(config::MapReader& target, const std::string& url) {
  std::string prober;
  const bool named = target.Read("prober", prober);
  for (const Scheme& scheme : kSchemes) {
    if (url.starts_with(scheme.prefix)) {
      if (named && prober != scheme.prober) {
        target.ErrorAt("prober", fmt::format("\"{}\" does not fit the url's scheme", prober));
      }
      return &scheme;
    }
  }
  if (!named && url.find("://") == std::string::npos) {
    prober = "http";
  }
  for (const Scheme& scheme : kSchemes) {
    if (prober == scheme.prober) {
      return &scheme;
    }
  }
  target.ErrorAt(named ? "prober" : "url",
                 "expected http://…, https://…, tcp://host:port, tls://host:port, icmp://host or "
                 "dns://host");
  return nullptr;
}

/// The URL without its scheme and what follows the address.
std::string AddressOf(const std::string& url, const Scheme& scheme) {
  const std::string_view text = url;
  const std::string_view rest =
      text.starts_with(scheme.prefix) ? text.substr(scheme.prefix.size()) : text;
  return std::string(rest.substr(0, rest.find('/')));
}

void ReadStep(const config::Node& node, config::MapReader& parent, std::vector<TcpStep>& steps) {
  config::MapReader map(node, parent.diagnostics());
  TcpStep& step = steps.emplace_back();
  step.expect = ReadPattern(map, "expect");
  map.Read("send", step.send);
  map.Read("starttls", step.starttls);
}

TcpOptions ReadTcp(config::MapReader& target, const std::string& url, const Scheme& scheme) {
  TcpOptions options = ReadTcpOptions(target);
  const std::optional<HostPort> address = SplitHostPort(AddressOf(url, scheme));
  if (!address) {
    target.ErrorAt("url", "expected host:port");
    return options;
  }
  options.host = address->host;
  options.port = address->port;
  options.tls = target.Has("tls") ? options.tls : scheme.tls;
  return options;
}

IcmpOptions ReadIcmp(config::MapReader& target, const std::string& url, const Scheme& scheme) {
  IcmpOptions options = ReadIcmpOptions(target);
  options.host = AddressOf(url, scheme);
  if (options.host.empty()) {
    target.ErrorAt("url", "expected icmp://host");
  }
  return options;
}

DnsOptions ReadDns(config::MapReader& target, const std::string& url, const Scheme& scheme) {
  DnsOptions options = ReadDnsOptions(target);
  const HostPort address = HostAndPort(AddressOf(url, scheme));
  options.host = address.host;
  options.port = address.port;
  if (options.host.empty()) {
    target.ErrorAt("url", "expected dns://host or dns://host:port");
  }
  return options;
}

}  // namespace

TcpOptions ReadTcpOptions(config::MapReader& map) {
  TcpOptions options;
  map.Read("tls", options.tls);
  map.Read("tls_config", options.tls_config);
  options.ip = ReadIpChoice(map);
  const std::optional<config::Node> steps = map.Get("query_response");
  if (steps && config::ExpectList(*steps, map.diagnostics())) {
    for (const config::Node& step : steps->items()) {
      ReadStep(step, map, options.steps);
    }
  }
  return options;
}

IcmpOptions ReadIcmpOptions(config::MapReader& map) {
  return {.host = {}, .ip = ReadIpChoice(map)};
}

Options ReadOptions(config::MapReader& target) {
  Options options;
  std::string url;
  target.Require("url", url);
  if (url.empty()) {
    return options;
  }
  options.url = MaskPasswords(url);
  const Scheme* scheme = SchemeOf(target, url);
  if (scheme == nullptr) {
    return options;
  }
  switch (scheme->kind) {
    case Kind::kHttp:
      options.probe =
          ReadHttpOptions(target, url.find("://") == std::string::npos ? "http://" + url : url);
      break;
    case Kind::kTcp:
      options.probe = ReadTcp(target, url, *scheme);
      break;
    case Kind::kIcmp:
      options.probe = ReadIcmp(target, url, *scheme);
      break;
    case Kind::kDns:
      options.probe = ReadDns(target, url, *scheme);
      break;
  }
  return options;
}

}  // namespace sidewatch::probes
