#include "collectors/probes/address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include <netinet/in.h>

#include "collectors/probes/rows.h"

namespace sidewatch::probes {

namespace {

constexpr MetricDescriptor kLookupTime = ProbeRow(
    "probe_dns_lookup_time_seconds", {}, "the look-up", "Seconds that looking the host up took.");
constexpr MetricDescriptor kProtocol =
    ProbeRow("probe_ip_protocol", {}, "the address", "4 or 6; 0 if no address was found.");
constexpr MetricDescriptor kAddressHash =
    ProbeRow("probe_ip_addr_hash",
             {},
             "the address",
             "A hash of the address, to see that it changes; 0 if none was found.");

constexpr MetricDescriptor kMetrics[] = {kLookupTime, kProtocol, kAddressHash};
static_assert(DescriptorsAreSound(kMetrics));

bool IsOf(const net::SocketAddress& address, net::AddressFamily family) {
  const int wanted = family == net::AddressFamily::kIpv6 ? AF_INET6 : AF_INET;
  return family == net::AddressFamily::kAny || address.storage.ss_family == wanted;
}

/// The 16 bytes as Go keeps an address: IPv4 inside IPv6.
std::array<std::uint8_t, 16> BytesOf(const net::SocketAddress& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.storage.ss_family == AF_INET6) {
    const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(address.get());
    std::memcpy(bytes.data(), &ipv6->sin6_addr, bytes.size());
    return bytes;
  }
  const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(address.get());
  bytes[10] = bytes[11] = 0xff;
  std::memcpy(bytes.data() + 12, &ipv4->sin_addr, sizeof ipv4->sin_addr);
  return bytes;
}

/// FNV-1 of 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
double HashOf(const net::SocketAddress& address) {
  constexpr std::uint32_t kOffset = 2166136261U;
  constexpr std::uint32_t kPrime = 16777619U;
  std::uint32_t hash = kOffset;
  for (const std::uint8_t byte : BytesOf(address)) {
    hash = (hash * kPrime) ^ byte;
  }
  return hash;
}

}  // namespace

Found FindAddress(const std::string& host, IpChoice choice, const ProbeContext& context) {
  Found found;
  const SteadyTime started = context.clock.Steady();
  const Result<std::vector<net::SocketAddress>> addresses =
      net::Resolve({.host = host}, context.deadline, context.stop);
  found.seconds = std::chrono::duration<double>(context.clock.Steady() - started).count();
  if (!addresses) {
    found.failure = addresses.error().message;
    return found;
  }
  const auto preferred =
      std::find_if(addresses->begin(), addresses->end(), [choice](const net::SocketAddress& one) {
        return IsOf(one, choice.preferred);
      });
  if (preferred != addresses->end()) {
    found.address = *preferred;
  } else if (choice.fallback && !addresses->empty()) {
    found.address = addresses->front();
  } else {
    found.failure = "host \"" + host + "\" has no address of the preferred protocol";
  }
  return found;
}

void WriteAddress(const Found& found, scrape::SampleSink& sink) {
  sink.Add(kLookupTime, found.seconds);
  const bool ipv6 = found.address && found.address->storage.ss_family == AF_INET6;
  const double protocol = ipv6 ? 6 : 4;
  sink.Add(kProtocol, found.address ? protocol : 0);
  sink.Add(kAddressHash, found.address ? HashOf(*found.address) : 0);
}

std::span<const MetricDescriptor> AddressMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
