#include "collectors/probes/options.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "collectors/probes/http_options.h"
#include "exporter/base/number.h"
#include "exporter/base/secret.h"

namespace sidewatch::probes {

namespace {

constexpr int kMostPort = 65535;

enum class Kind { kHttp, kTcp, kIcmp };

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
                 "expected http://…, https://…, tcp://host:port, tls://host:port or icmp://host");
  return nullptr;
}

bool SplitHostPort(std::string_view text, std::string& host, int& port) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  std::string_view name = text.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) {
    name = name.substr(1, name.size() - 2);
  } else if (name.find(':') != std::string_view::npos) {
    return false;
  }
  const std::optional<std::int64_t> number = ParseInteger(text.substr(colon + 1));
  if (name.empty() || !number || *number < 1 || *number > kMostPort) {
    return false;
  }
  host = name;
  port = static_cast<int>(*number);
  return true;
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
  TcpOptions options;
  if (!SplitHostPort(AddressOf(url, scheme), options.host, options.port)) {
    target.ErrorAt("url", "expected host:port");
  }
  options.tls = scheme.tls;
  target.Read("tls", options.tls);
  target.Read("tls_config", options.tls_config);
  options.ip = ReadIpChoice(target);
  const std::optional<config::Node> steps = target.Get("query_response");
  if (steps && config::ExpectList(*steps, target.diagnostics())) {
    for (const config::Node& step : steps->items()) {
      ReadStep(step, target, options.steps);
    }
  }
  return options;
}

IcmpOptions ReadIcmp(config::MapReader& target, const std::string& url, const Scheme& scheme) {
  IcmpOptions options{.host = AddressOf(url, scheme), .ip = ReadIpChoice(target)};
  if (options.host.empty()) {
    target.ErrorAt("url", "expected icmp://host");
  }
  return options;
}

}  // namespace

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
  }
  return options;
}

}  // namespace sidewatch::probes
