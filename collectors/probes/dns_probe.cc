#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <system_error>

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collectors/probes/address.h"
#include "collectors/probes/prober.h"
#include "collectors/probes/rows.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::probes {

namespace {

constexpr std::string_view kPhaseLabels[] = {"phase"};

constexpr MetricDescriptor kDuration = ProbeRow("probe_dns_duration_seconds",
                                                kPhaseLabels,
                                                "the query",
                                                "Seconds by phase: resolve, connect, request.");
constexpr MetricDescriptor kAnswer =
    ProbeRow("probe_dns_answer_rrs", {}, "the answer", "Records in the answer.");
constexpr MetricDescriptor kAuthority =
    ProbeRow("probe_dns_authority_rrs", {}, "the answer", "Records about the authority.");
constexpr MetricDescriptor kAdditional =
    ProbeRow("probe_dns_additional_rrs", {}, "the answer", "Additional records.");
constexpr MetricDescriptor kSucceeded = ProbeRow(
    "probe_dns_query_succeeded", {}, "the answer", "1 if an answer came, whatever it says.");
constexpr MetricDescriptor kSerial =
    ProbeRow("probe_dns_serial", {}, "the SOA record", "The zone's serial number.");

constexpr MetricDescriptor kMetrics[] = {
    kDuration, kAnswer, kAuthority, kAdditional, kSucceeded, kSerial};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::size_t kMostBytes = 65'535;

/// How long the parts of the query took.
struct Times {
  double connect = 0;
  double request = 0;
};

double SecondsSince(SteadyTime start, const ProbeContext& context) {
  return std::chrono::duration<double>(context.clock.Steady() - start).count();
}

net::SocketAddress WithPort(net::SocketAddress address, int port) {
  const auto number = htons(static_cast<std::uint16_t>(port));
  if (address.storage.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = number;
  } else {
    reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = number;
  }
  return address;
}

tl::unexpected<Error> FailFor(std::string_view what) {
  return Fail(ErrorCode::kUnavailable, "{}: {}", what, std::generic_category().message(errno));
}

/// The next packet that begins with `id`; others are late or forged.
Result<std::string> AwaitPacket(int fd, std::string_view id, const ProbeContext& context) {
  constexpr std::chrono::milliseconds kSlice(100);
  std::string packet(kMostBytes, '\0');
  while (!context.stop.stop_requested()) {
    const SteadyTime now = context.clock.Steady();
    if (now >= context.deadline) {
      return Fail(ErrorCode::kDeadlineExceeded, "no answer in time");
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - now);
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    if (poll(&entry, 1, static_cast<int>(std::min(left, kSlice).count())) <= 0) {
      continue;
    }
    const ssize_t size = recv(fd, packet.data(), packet.size(), MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN && errno != EINTR) {
      return FailFor("no answer");
    }
    const std::string_view got(packet.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (got.starts_with(id)) {
      return std::string(got);
    }
  }
  return Fail(ErrorCode::kCancelled, "stopped");
}

Result<std::string> AskOverUdp(const net::SocketAddress& address,
                               const std::string& query,
                               const ProbeContext& context,
                               Times& times) {
  const SteadyTime started = context.clock.Steady();
  const UniqueFd fd(socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid() || connect(fd.get(), address.get(), address.size) != 0) {
    return FailFor("cannot open a socket");
  }
  times.connect = SecondsSince(started, context);
  const SteadyTime sent = context.clock.Steady();
  if (send(fd.get(), query.data(), query.size(), 0) < 0) {
    return FailFor("cannot send");
  }
  Result<std::string> packet = AwaitPacket(fd.get(), query.substr(0, 2), context);
  times.request = SecondsSince(sent, context);
  return packet;
}

Result<std::string> ReadExactly(net::Stream& stream,
                                std::size_t size,
                                const ProbeContext& context) {
  std::string bytes;
  std::array<char, 4096> buffer{};
  while (bytes.size() < size) {
    const std::size_t want = std::min(buffer.size(), size - bytes.size());
    SW_TRY_ASSIGN(const std::size_t got,
                  stream.Read({buffer.data(), want}, context.deadline, context.stop));
    if (got == 0) {
      return Fail(ErrorCode::kUnavailable, "the server hung up before its answer was whole");
    }
    bytes.append(buffer.data(), got);
  }
  return bytes;
}

std::size_t NumberAt(std::string_view bytes) {
  return std::size_t{static_cast<unsigned char>(bytes[0])} << 8U |
         static_cast<unsigned char>(bytes[1]);
}

/// Over TCP a message stands behind its length.
Result<std::string> AskOverTcp(const net::StreamTarget& target,
                               const std::string& query,
                               const ProbeContext& context,
                               Times& times) {
  const SteadyTime started = context.clock.Steady();
  SW_TRY_ASSIGN(const std::unique_ptr<net::Stream> stream,
                net::Stream::Connect(target, context.deadline, context.stop));
  times.connect = SecondsSince(started, context);
  const SteadyTime sent = context.clock.Steady();
  std::string framed = {static_cast<char>(query.size() >> 8U),
                        static_cast<char>(query.size() & 0xffU)};
  SW_TRY(stream->Write(framed + query, context.deadline, context.stop));
  SW_TRY_ASSIGN(const std::string size, ReadExactly(*stream, 2, context));
  Result<std::string> message = ReadExactly(*stream, NumberAt(size), context);
  times.request = SecondsSince(sent, context);
  return message;
}

bool AnyMatches(const std::vector<Pattern>& patterns, const std::string& text) {
  return std::ranges::any_of(
      patterns, [&](const Pattern& pattern) { return re2::RE2::PartialMatch(text, *pattern); });
}

bool AllMatch(const std::vector<Pattern>& patterns, const std::string& text) {
  return std::ranges::all_of(
      patterns, [&](const Pattern& pattern) { return re2::RE2::PartialMatch(text, *pattern); });
}

/// As the peer judges. Empty: the records are as they should be.
std::string Judge(const std::vector<DnsRecord>& records,
                  const DnsRecordRules& rules,
                  std::string_view part) {
  const bool needs_some = !rules.fail_if_not_matches.empty() || !rules.fail_if_none_matches.empty();
  if (records.empty() && needs_some) {
    return fmt::format("there are no {} records to match", part);
  }
  bool all = true;
  bool any = false;
  for (const DnsRecord& record : records) {
    if (AnyMatches(rules.fail_if_matches, record.text)) {
      return fmt::format("{} record \"{}\" matches what it must not", part, record.text);
    }
    if (!AllMatch(rules.fail_if_not_matches, record.text)) {
      return fmt::format("{} record \"{}\" does not match what it must", part, record.text);
    }
    all = all && AllMatch(rules.fail_if_all_match, record.text);
    any = any || AnyMatches(rules.fail_if_none_matches, record.text);
  }
  if (!all) {
    return fmt::format("not all {} records match fail_if_all_match_regexp", part);
  }
  if (!rules.fail_if_none_matches.empty() && !any) {
    return fmt::format("no {} record matches fail_if_none_matches_regexp", part);
  }
  return {};
}

class DnsProber final : public Prober {
 public:
  explicit DnsProber(const DnsOptions& options)
      : options_(options), random_(std::random_device()()) {
    if (options_.tls_config.server_name.empty()) {
      options_.tls_config.server_name = options_.host;
    }
  }

  std::string Probe(const ProbeContext& context, scrape::SampleSink& sink) override {
    const Found found = FindAddress(options_.host, options_.ip, context);
    WriteAddress(found, sink);
    Times times;
    Result<DnsReply> reply = Fail(ErrorCode::kUnresolvedHost, "{}", found.failure);
    if (found.address) {
      reply = Ask(*found.address, context, times);
    }
    sink.Add(kDuration, {"resolve"}, found.seconds);
    sink.Add(kDuration, {"connect"}, times.connect);
    sink.Add(kDuration, {"request"}, times.request);
    sink.Add(kSucceeded, reply ? 1 : 0);
    const DnsReply shown = reply ? std::move(*reply) : DnsReply();
    // The peer shows 0 where no answer came, too: its dashboards expect the series.
    sink.Add(kAnswer, static_cast<double>(shown.answer.size()));
    sink.Add(kAuthority, static_cast<double>(shown.authority.size()));
    sink.Add(kAdditional, static_cast<double>(shown.additional.size()));
    return reply ? Verdict(shown, sink) : reply.error().message;
  }

 private:
  Result<DnsReply> Ask(const net::SocketAddress& address,
                       const ProbeContext& context,
                       Times& times) {
    const auto id = static_cast<std::uint16_t>(random_());
    SW_TRY_ASSIGN(const std::string query, MakeDnsQuery(id, options_.question));
    net::StreamTarget target{.host = address.ToString(), .port = DnsPort(options_)};
    if (options_.tls) {
      target.tls = options_.tls_config;
    }
    SW_TRY_ASSIGN(const std::string message,
                  options_.tcp
                      ? AskOverTcp(target, query, context, times)
                      : AskOverUdp(WithPort(address, DnsPort(options_)), query, context, times));
    SW_TRY_ASSIGN(DnsReply reply, ParseDnsReply(message));
    if (reply.id != id) {
      return Fail(ErrorCode::kProtocol, "the answer is to another query");
    }
    return reply;
  }

  std::string Verdict(const DnsReply& reply, scrape::SampleSink& sink) const {
    const auto soa = std::ranges::find_if(
        reply.answer, [](const DnsRecord& record) { return record.serial.has_value(); });
    if (options_.question.type == DnsTypeOf("SOA") && soa != reply.answer.end()) {
      sink.Add(kSerial, *soa->serial);
    }
    if (std::ranges::find(options_.valid_rcodes, reply.rcode) == options_.valid_rcodes.end()) {
      return fmt::format("the rcode is {}, which is not among valid_rcodes",
                         DnsRcodeText(reply.rcode));
    }
    std::string failure = Judge(reply.answer, options_.answer, "answer");
    failure = failure.empty() ? Judge(reply.authority, options_.authority, "authority") : failure;
    return failure.empty() ? Judge(reply.additional, options_.additional, "additional") : failure;
  }

  DnsOptions options_;
  std::mt19937 random_;
};

}  // namespace

std::unique_ptr<Prober> MakeDnsProber(const DnsOptions& options) {
  return std::make_unique<DnsProber>(options);
}

std::span<const MetricDescriptor> DnsMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
