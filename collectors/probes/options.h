#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <re2/re2.h>

#include "collectors/probes/dns_message.h"
#include "exporter/config/reader.h"
#include "exporter/net/http_client.h"
#include "exporter/net/stream.h"

namespace sidewatch::probes {

using Pattern = std::shared_ptr<const re2::RE2>;

/// Which of a name's addresses is taken.
struct IpChoice {
  net::AddressFamily preferred = net::AddressFamily::kAny;
  bool fallback = true;
};

/// A header that must match, or must not.
struct HeaderRule {
  std::string header = {};
  Pattern regexp = {};
  bool allow_missing = false;
};

/// A value inside a JSON page that becomes a gauge.
struct JsonField {
  std::string path = {};                           ///< `checks.database`, `queues.0.length`.
  std::string metric = {};                         ///< Empty: one of our own, with label `path`.
  std::map<std::string, std::string> labels = {};  ///< Of the named metric.
  std::optional<std::string> equals = {};          ///< If set, the gauge is 1 or 0.
  bool optional = false;                           ///< A page without it does not fail the probe.
};

struct HttpOptions {
  std::string url = {};
  net::HttpClientOptions client = {};
  std::string method = "GET";
  std::vector<net::Header> headers = {};
  std::string body = {};
  std::vector<int> valid_status_codes = {};  ///< Empty: 200 to 299.
  std::vector<std::string> valid_http_versions = {};
  std::vector<Pattern> fail_if_body_matches = {};
  std::vector<Pattern> fail_if_body_not_matches = {};
  std::vector<HeaderRule> fail_if_header_matches = {};
  std::vector<HeaderRule> fail_if_header_not_matches = {};
  bool fail_if_ssl = false;
  bool fail_if_not_ssl = false;
  std::uint64_t body_size_limit = 16ULL << 20;
  IpChoice ip = {};
  std::vector<JsonField> json = {};

  /// Where a redirect may lead; null: anywhere.
  std::function<bool(const std::string& url)> may_follow = nullptr;
};

/// One step of a conversation over TCP.
struct TcpStep {
  Pattern expect = {};
  std::string send = {};
  bool starttls = false;
};

struct TcpOptions {
  std::string host = {};
  int port = 0;
  bool tls = false;
  net::TlsOptions tls_config = {};
  std::vector<TcpStep> steps = {};
  IpChoice ip = {};
};

struct IcmpOptions {
  std::string host = {};
  IpChoice ip = {};
};

/// What the records of one part of an answer must be like.
struct DnsRecordRules {
  std::vector<Pattern> fail_if_matches = {};
  std::vector<Pattern> fail_if_all_match = {};  ///< The peer fails unless all match.
  std::vector<Pattern> fail_if_not_matches = {};
  std::vector<Pattern> fail_if_none_matches = {};
};

struct DnsOptions {
  std::string host = {};
  int port = 0;  ///< 0: 53, or 853 over TLS.
  DnsQuestion question = {};
  bool tcp = false;
  bool tls = false;
  net::TlsOptions tls_config = {};
  std::vector<std::uint16_t> valid_rcodes = {0};
  DnsRecordRules answer = {};
  DnsRecordRules authority = {};
  DnsRecordRules additional = {};
  IpChoice ip = {};
};

using ProbeOptions = std::variant<HttpOptions, TcpOptions, IcmpOptions, DnsOptions>;

/// What the configuration says about one target.
struct Options {
  std::string url = {};  ///< As it is shown: without a password.
  ProbeOptions probe = {};
};

/// Reads the keys of blackbox_exporter's tcp, icmp and dns probers: all but where they look.
TcpOptions ReadTcpOptions(config::MapReader& map);
IcmpOptions ReadIcmpOptions(config::MapReader& map);
DnsOptions ReadDnsOptions(config::MapReader& map);

/// The port that is asked.
int DnsPort(const DnsOptions& options);

/// Reads the target's keys; mistakes go to the reader's diagnostics.
Options ReadOptions(config::MapReader& target);

}  // namespace sidewatch::probes
