#pragma once

#include <optional>
#include <span>
#include <string>

#include "collectors/probes/prober.h"
#include "exporter/net/resolve.h"

namespace sidewatch::probes {

/// Where a name led.
struct Found {
  std::optional<net::SocketAddress> address = std::nullopt;  ///< Nothing: see `failure`.
  double seconds = 0;
  std::string failure = {};
};

/// Looks the host up and takes the first address of the preferred family; another one only if
/// `choice` has a fallback.
Found FindAddress(const std::string& host, IpChoice choice, const ProbeContext& context);

/// Writes the time of the look-up and which address it gave; without one the peer writes 0 for
/// protocol and hash.
void WriteAddress(const Found& found, scrape::SampleSink& sink);

std::span<const MetricDescriptor> AddressMetrics();

}  // namespace sidewatch::probes
