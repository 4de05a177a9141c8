#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/probes/options.h"
#include "exporter/base/result.h"
#include "exporter/config/reader.h"
#include "exporter/net/address.h"

namespace sidewatch::probes {

/// A way to look at any target, as blackbox.yml has it.
struct Module {
  Duration timeout{};  ///< 0: what the caller allows.
  ProbeOptions probe = {};
};

/// The hosts that strangers may have probed.
class AllowedHosts {
 public:
  /// Takes `shop.example`, `*.shop.example`, `shop.example:443`, `10.0.0.0/8`, `[::1]:80`, `*`.
  /// Errors: kInvalidArgument naming the text.
  Status Add(std::string_view text);

  /// `port` 0: the target has none, as with icmp. A range of addresses holds for addresses, not for
  /// names that lead to them: who owns a name can change where it leads.
  bool Allows(std::string_view host, int port) const;

 private:
  struct Name {
    std::string host;  ///< In small letters; `.shop.example` for all names that end so.
    int port = 0;      ///< 0: any.
  };

  std::vector<Name> names_;
  std::vector<net::AddressRange> ranges_;
  bool all_ = false;
};

/// What `/probe` may do.
struct Endpoint {
  std::map<std::string, Module, std::less<>> modules;
  AllowedHosts allowed;
};

/// Reads the key `probe` of the config file. `urls` are those of the configured probes: their hosts
/// are allowed. Besides the modules that are configured there are http_2xx, tcp_connect and icmp.
/// Mistakes go to `diagnostics`.
Endpoint ReadEndpoint(const config::Node& node,
                      std::span<const std::string> urls,
                      config::Diagnostics& diagnostics);

/// Points a module at a target: a URL or host for http, `host:port` for tcp, a host for icmp,
/// either for dns.
/// Errors: kInvalidArgument, the text is no such thing; kPermissionDenied, `allowed` does not name
/// it.
Result<ProbeOptions> PointAt(const Module& module,
                             const std::string& target,
                             const AllowedHosts& allowed);

}  // namespace sidewatch::probes
