// The dns prober against servers of a few lines.

#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "collectors/probes/probes.h"
#include "exporter/base/unique_handle.h"
#include "tests/testkit/run_collector.h"
#include "tests/testkit/tcp_listener.h"
#include "tests/unit/collectors/probes/dns_bytes.h"

namespace sidewatch::probes {
namespace {

using namespace std::literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testkit::DnsBytes;

std::uint16_t IdOf(std::string_view query) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(query[0]) << 8U |
                                    static_cast<unsigned char>(query[1]));
}

/// Two addresses, and for a SOA question a serial number.
std::string Reply(std::string_view query) {
  DnsBytes reply(IdOf(query), "shop.example", 1);
  const bool soa = query.substr(query.size() - 4, 2) == "\0\x06"sv;
  if (soa) {
    reply.Answer(6, "\xc0\x0c\xc0\x0c\0\0\0\x2a\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04"s);
  } else {
    reply.Answer(1, "\xcb\x00\x71\x07"s).Answer(1, "\xcb\x00\x71\x08"s);
  }
  const bool missing = query.find("missing") != std::string_view::npos;
  return reply.Rcode(missing ? 3 : 0).Take();
}

/// Answers packets until it goes; an empty answer is not sent.
class UdpServer {
 public:
  explicit UdpServer(std::function<std::string(std::string_view)> answer)
      : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    SW_CHECK(bind(fd_.get(), raw, size) == 0 && getsockname(fd_.get(), raw, &size) == 0,
             "no port on loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([fd = fd_.get(), answer = std::move(answer)](
                               const std::stop_token& stop) { Serve(fd, answer, stop); });
  }

  int port() const { return port_; }

 private:
  static void Serve(int fd,
                    const std::function<std::string(std::string_view)>& answer,
                    const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
      if (poll(&entry, 1, 20) <= 0) {
        continue;
      }
      std::string packet(512, '\0');
      sockaddr_in from{};
      socklen_t size = sizeof from;
      auto* raw = reinterpret_cast<sockaddr*>(&from);
      const ssize_t got = recvfrom(fd, packet.data(), packet.size(), 0, raw, &size);
      const std::string reply =
          got > 12 ? answer(packet.substr(0, static_cast<std::size_t>(got))) : std::string();
      if (!reply.empty()) {
        sendto(fd, reply.data(), reply.size(), 0, raw, size);
      }
    }
  }

  UniqueFd fd_;
  int port_ = 0;
  std::jthread thread_;
};

class DnsProbeTest : public testing::Test {
 protected:
  std::unique_ptr<testkit::Collected> Probe(int port, const std::string& keys) {
    const auto made = testkit::MakeCollector(
        kProbesSpec, fmt::format("url: \"dns://127.0.0.1:{}\"\n{}", port, keys), clock_);
    EXPECT_THAT(made.errors, IsEmpty());
    return testkit::CollectOnce(*made.collector, clock_, timeout_);
  }

  SystemClock clock_;
  Duration timeout_ = std::chrono::seconds(20);
};

TEST_F(DnsProbeTest, ShowsAnAnswerAsThePeerDoes) {
  const UdpServer server(&Reply);
  const auto run = Probe(server.port(), "query_name: shop.example\nquery_type: A");
  ASSERT_TRUE(run->status.has_value());
  EXPECT_EQ(run->sink.Find("probe_success"), 1);
  EXPECT_EQ(run->sink.Find("probe_dns_query_succeeded"), 1);
  EXPECT_EQ(run->sink.Find("probe_dns_answer_rrs"), 2);
  EXPECT_EQ(run->sink.Find("probe_dns_authority_rrs"), 0);
  EXPECT_EQ(run->sink.Find("probe_dns_additional_rrs"), 0);
  EXPECT_EQ(run->sink.Find("probe_dns_serial"), std::nullopt);
  EXPECT_EQ(run->sink.Find("probe_ip_protocol"), 4);
  for (const std::string phase : {"resolve", "connect", "request"}) {
    EXPECT_TRUE(run->sink.Find("probe_dns_duration_seconds{phase=\"" + phase + "\"}"));
  }
  EXPECT_THAT(run->sink.Duplicates(), IsEmpty());
}

TEST_F(DnsProbeTest, TellsTheSerialOfAZone) {
  const UdpServer server(&Reply);
  const auto run = Probe(server.port(), "query_name: shop.example\nquery_type: SOA");
  EXPECT_EQ(run->sink.Find("probe_dns_serial"), 42);
}

TEST_F(DnsProbeTest, AsksOverTcp) {
  const testkit::TcpListener server([](int fd) {
    std::string query(512, '\0');
    const ssize_t got = recv(fd, query.data(), query.size(), 0);
    const std::string reply = Reply(query.substr(2, static_cast<std::size_t>(got) - 2));
    const std::string framed = {static_cast<char>(reply.size() >> 8U),
                                static_cast<char>(reply.size() & 0xffU)};
    send(fd, (framed + reply).data(), framed.size() + reply.size(), MSG_NOSIGNAL);
  });
  const auto run =
      Probe(server.port(), "query_name: shop.example\nquery_type: A\ntransport_protocol: tcp");
  EXPECT_EQ(run->sink.Find("probe_success"), 1);
  EXPECT_EQ(run->sink.Find("probe_dns_answer_rrs"), 2);
}

struct Case {
  std::string name;
  std::string keys;
  double success;
};

class DnsVerdictTest : public DnsProbeTest, public testing::WithParamInterface<Case> {};

TEST_P(DnsVerdictTest, IsThePeers) {
  const UdpServer server(&Reply);
  const auto run = Probe(server.port(), GetParam().keys);
  EXPECT_EQ(run->sink.Find("probe_success"), GetParam().success);
  EXPECT_EQ(run->sink.Find("probe_dns_query_succeeded"), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    DnsVerdictTest,
    testing::Values(
        Case{"Nxdomain", "query_name: missing.example", 0},
        Case{"NxdomainWanted", "query_name: missing.example\nvalid_rcodes: [NXDOMAIN]", 1},
        Case{"Matches",
             "query_name: a\nvalidate_answer_rrs: {fail_if_matches_regexp: ['113\\.8$']}",
             0},
        Case{"MatchesNot",
             "query_name: a\nvalidate_answer_rrs: {fail_if_matches_regexp: ['127\\..*']}",
             1},
        Case{"NotMatches",
             "query_name: a\nvalidate_answer_rrs: {fail_if_not_matches_regexp: ['113\\.8$']}",
             0},
        Case{"NoneMatches",
             "query_name: a\nvalidate_answer_rrs: {fail_if_none_matches_regexp: ['127\\..*']}",
             0},
        Case{"OneMatches",
             "query_name: a\nvalidate_answer_rrs: {fail_if_none_matches_regexp: "
             "['^shop\\.example\\.\\t300\\tIN\\tA\\t203\\.0\\.113\\.8$']}",
             1},
        Case{"NotAllMatch",
             "query_name: a\nvalidate_answer_rrs: {fail_if_all_match_regexp: ['113\\.8$']}",
             0},
        Case{"NoneToMatch",
             "query_name: a\nvalidate_authority_rrs: {fail_if_not_matches_regexp: ['.']}",
             0}),
    [](const auto& row) { return row.param.name; });

TEST_F(DnsProbeTest, SilenceAndNonsenseAreResults) {
  timeout_ = std::chrono::milliseconds(300);
  const UdpServer silent([](std::string_view) { return std::string(); });
  const auto hung = Probe(silent.port(), "query_name: a");
  EXPECT_TRUE(hung->status.has_value());
  EXPECT_EQ(hung->sink.Find("probe_success"), 0);
  EXPECT_EQ(hung->sink.Find("probe_dns_query_succeeded"), 0);
  const UdpServer nonsense([](std::string_view query) { return std::string(query.substr(0, 2)); });
  EXPECT_EQ(Probe(nonsense.port(), "query_name: a")->sink.Find("probe_success"), 0);
}

TEST_F(DnsProbeTest, AnAnswerToAnotherQueryDoesNotCount) {
  timeout_ = std::chrono::milliseconds(300);
  const UdpServer forger([](std::string_view query) {
    return DnsBytes(static_cast<std::uint16_t>(IdOf(query) + 1), "a", 1).Take();
  });
  EXPECT_EQ(Probe(forger.port(), "query_name: a")->sink.Find("probe_success"), 0);
}

struct BadKeys {
  std::string name;
  std::string keys;
  std::string want;
};

class DnsOptionsTest : public testing::TestWithParam<BadKeys> {};

TEST_P(DnsOptionsTest, Refuses) {
  const SystemClock clock;
  const auto made =
      testkit::MakeCollector(kProbesSpec, "url: dns://8.8.8.8\n" + GetParam().keys, clock);
  ASSERT_EQ(made.errors.size(), 1U);
  EXPECT_THAT(made.errors[0], HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    DnsOptionsTest,
    testing::Values(
        BadKeys{"NoName", "query_type: A", "missing key \"query_name\""},
        BadKeys{"BadName", "query_name: a..b", "is no name of DNS"},
        BadKeys{"Type", "query_name: a\nquery_type: B", "\"B\" is none that is known here"},
        BadKeys{"Transport", "query_name: a\ntransport_protocol: quic", "is not udp or tcp"},
        BadKeys{"TlsOverUdp", "query_name: a\ndns_over_tls: true", "needs transport_protocol: tcp"},
        BadKeys{"Rcode", "query_name: a\nvalid_rcodes: [GOOD]", "is no rcode"},
        BadKeys{"Regexp",
                "query_name: a\nvalidate_answer_rrs: {fail_if_matches_regexp: ['(']}",
                "missing )"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::probes
