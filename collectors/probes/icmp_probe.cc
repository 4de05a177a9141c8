#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include "collectors/probes/address.h"
#include "collectors/probes/prober.h"
#include "collectors/probes/rows.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::probes {

namespace {

constexpr std::string_view kPhaseLabels[] = {"phase"};

constexpr MetricDescriptor kPhase = ProbeRow("probe_icmp_duration_seconds",
                                             kPhaseLabels,
                                             "the echo",
                                             "Seconds by phase; 0 for one that was not reached.");
constexpr MetricDescriptor kHopLimit = ProbeRow("probe_icmp_reply_hop_limit",
                                                {},
                                                "IP_RECVTTL, IPV6_RECVHOPLIMIT",
                                                "Hop limit (TTL) of the reply.");

constexpr MetricDescriptor kMetrics[] = {kPhase, kHopLimit};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::uint8_t kEcho6Request = 128;
constexpr std::uint8_t kEcho6Reply = 129;

/// What differs between the two versions of IP.
struct Family {
  int domain;
  int protocol;
  int level;
  int want_hops;
  int hops;
  std::uint8_t request;
  std::uint8_t reply;
};

constexpr Family kIpv4{
    AF_INET, IPPROTO_ICMP, IPPROTO_IP, IP_RECVTTL, IP_TTL, ICMP_ECHO, ICMP_ECHOREPLY};
constexpr Family kIpv6{AF_INET6,
                       IPPROTO_ICMPV6,
                       IPPROTO_IPV6,
                       IPV6_RECVHOPLIMIT,
                       IPV6_HOPLIMIT,
                       kEcho6Request,
                       kEcho6Reply};

struct Echo {
  double rtt = 0;
  std::optional<int> hops = std::nullopt;
};

/// Reads one packet; the sequence number of an echo reply and its hop limit, if it is one.
std::optional<std::uint16_t> Receive(int fd, const Family& family, std::optional<int>& hops) {
  std::array<char, 512> packet{};
  alignas(cmsghdr) std::array<char, 128> control{};
  iovec part{packet.data(), packet.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(fd, &message, MSG_DONTWAIT);
  constexpr ssize_t kHeaderSize = 8;
  if (size < kHeaderSize || static_cast<std::uint8_t>(packet[0]) != family.reply) {
    return std::nullopt;
  }
  for (cmsghdr* entry = CMSG_FIRSTHDR(&message); entry != nullptr;
       entry = CMSG_NXTHDR(&message, entry)) {
    if (entry->cmsg_level == family.level && entry->cmsg_type == family.hops) {
      int value = 0;
      std::memcpy(&value, CMSG_DATA(entry), sizeof value);
      hops = value;
    }
  }
  std::uint16_t sequence = 0;
  std::memcpy(&sequence, packet.data() + 6, sizeof sequence);
  return ntohs(sequence);
}

class IcmpProber final : public Prober {
 public:
  explicit IcmpProber(const IcmpOptions& options) : options_(options) {}

  std::string Probe(const ProbeContext& context, scrape::SampleSink& sink) override {
    const Found found = FindAddress(options_.host, options_.ip, context);
    WriteAddress(found, sink);
    const SteadyTime started = context.clock.Steady();
    double setup = 0;
    Result<Echo> echo = Fail(ErrorCode::kUnresolvedHost, "{}", found.failure);
    if (found.address) {
      const Family& family = found.address->storage.ss_family == AF_INET6 ? kIpv6 : kIpv4;
      // The kernel gives such sockets to the groups in net.ipv4.ping_group_range: no root needed.
      const UniqueFd fd(socket(family.domain, SOCK_DGRAM | SOCK_CLOEXEC, family.protocol));
      setup = std::chrono::duration<double>(context.clock.Steady() - started).count();
      echo = fd.valid() ? Ask(fd.get(), family, *found.address, context) : NotPermitted();
    }
    sink.Add(kPhase, {"resolve"}, found.seconds);
    sink.Add(kPhase, {"setup"}, setup);
    sink.Add(kPhase, {"rtt"}, echo ? echo->rtt : 0);
    if (!echo) {
      return echo.error().message;
    }
    if (echo->hops) {
      sink.Add(kHopLimit, *echo->hops);
    }
    return {};
  }

 private:
  static Result<Echo> NotPermitted() {
    return Fail(ErrorCode::kPermissionDenied,
                "cannot open an ICMP socket ({}): set net.ipv4.ping_group_range so that it holds "
                "this program's group",
                std::generic_category().message(errno));
  }

  Result<Echo> Ask(int fd,
                   const Family& family,
                   const net::SocketAddress& address,
                   const ProbeContext& context) {
    const int on = 1;
    static_cast<void>(setsockopt(fd, family.level, family.want_hops, &on, sizeof on));
    ++sequence_;
    std::array<std::uint8_t, 36> packet{};
    packet[0] = family.request;
    const std::uint16_t network_order = htons(sequence_);
    std::memcpy(packet.data() + 6, &network_order, sizeof network_order);
    const SteadyTime sent = context.clock.Steady();
    if (sendto(fd, packet.data(), packet.size(), 0, address.get(), address.size) < 0) {
      return Fail(ErrorCode::kUnavailable,
                  "cannot send to {}: {}",
                  address.ToString(),
                  std::generic_category().message(errno));
    }
    return Await(fd, family, sent, context);
  }

  Result<Echo> Await(int fd,
                     const Family& family,
                     SteadyTime sent,
                     const ProbeContext& context) const {
    constexpr std::chrono::milliseconds kSlice(100);
    while (!context.stop.stop_requested()) {
      const SteadyTime now = context.clock.Steady();
      if (now >= context.deadline) {
        return Fail(ErrorCode::kDeadlineExceeded, "no echo in time");
      }
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - now);
      pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
      if (poll(&entry, 1, static_cast<int>(std::min(left, kSlice).count())) <= 0) {
        continue;
      }
      Echo echo;
      if (Receive(fd, family, echo.hops) == sequence_) {
        echo.rtt = std::chrono::duration<double>(context.clock.Steady() - sent).count();
        return echo;
      }
    }
    return Fail(ErrorCode::kCancelled, "stopped");
  }

  IcmpOptions options_;
  std::uint16_t sequence_ = 0;
};

}  // namespace

std::unique_ptr<Prober> MakeIcmpProber(const IcmpOptions& options) {
  return std::make_unique<IcmpProber>(options);
}

std::span<const MetricDescriptor> IcmpMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
