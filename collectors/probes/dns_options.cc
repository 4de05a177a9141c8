// Reads the keys of blackbox_exporter's dns prober.

#include <algorithm>

#include <fmt/format.h>

#include "collectors/probes/http_options.h"
#include "collectors/probes/options.h"
#include "exporter/model/go_regex.h"

namespace sidewatch::probes {

namespace {

using NumberOfName = std::optional<std::uint16_t> (*)(std::string_view name);

void ReadName(config::MapReader& map,
              std::string_view key,
              NumberOfName number_of,
              std::uint16_t& out) {
  std::string name;
  if (!map.Read(key, name)) {
    return;
  }
  if (const std::optional<std::uint16_t> number = number_of(name)) {
    out = *number;
  } else {
    map.ErrorAt(key, fmt::format("\"{}\" is none that is known here", name));
  }
}

void ReadTransport(config::MapReader& map, DnsOptions& options) {
  std::string transport = "udp";
  map.Read("transport_protocol", transport);
  map.Read("dns_over_tls", options.tls);
  map.Read("tls_config", options.tls_config);
  options.tcp = transport == "tcp";
  if (!options.tcp && transport != "udp") {
    map.ErrorAt("transport_protocol", fmt::format("\"{}\" is not udp or tcp", transport));
  } else if (options.tls && !options.tcp) {
    map.ErrorAt("dns_over_tls", "needs transport_protocol: tcp");
  }
}

void ReadRcodes(config::MapReader& map, DnsOptions& options) {
  std::vector<std::string> names;
  if (!map.Read("valid_rcodes", names)) {
    return;
  }
  options.valid_rcodes.clear();
  for (const std::string& name : names) {
    const std::optional<std::uint16_t> rcode = DnsRcodeOf(name);
    if (rcode) {
      options.valid_rcodes.push_back(*rcode);
    } else {
      map.ErrorAt("valid_rcodes", fmt::format("\"{}\" is no rcode, such as NXDOMAIN", name));
    }
  }
}

void ReadPatterns(config::MapReader& map, std::string_view key, std::vector<Pattern>& patterns) {
  std::vector<std::string> texts;
  map.Read(key, texts);
  patterns.reserve(texts.size());
  for (const std::string& text : texts) {
    auto pattern = std::make_shared<re2::RE2>(ToRe2Syntax(text), re2::RE2::Quiet);
    if (pattern->ok()) {
      patterns.push_back(std::move(pattern));
    } else {
      map.ErrorAt(key, fmt::format("\"{}\": {}", text, pattern->error()));
    }
  }
}

void ReadRules(config::MapReader& parent, std::string_view key, DnsRecordRules& rules) {
  const std::optional<config::Node> node = parent.Get(key);
  if (!node || node->is_null()) {
    return;
  }
  config::MapReader map(*node, parent.diagnostics());
  ReadPatterns(map, "fail_if_matches_regexp", rules.fail_if_matches);
  ReadPatterns(map, "fail_if_all_match_regexp", rules.fail_if_all_match);
  ReadPatterns(map, "fail_if_not_matches_regexp", rules.fail_if_not_matches);
  ReadPatterns(map, "fail_if_none_matches_regexp", rules.fail_if_none_matches);
}

}  // namespace

int DnsPort(const DnsOptions& options) {
  constexpr int kPlain = 53;
  constexpr int kTls = 853;
  const int usual = options.tls ? kTls : kPlain;
  return options.port == 0 ? usual : options.port;
}

DnsOptions ReadDnsOptions(config::MapReader& map) {
  DnsOptions options;
  map.Require("query_name", options.question.name);
  if (!options.question.name.empty()) {
    if (const auto query = MakeDnsQuery(0, options.question); !query) {
      map.ErrorAt("query_name", query.error().message);
    }
  }
  ReadName(map, "query_type", &DnsTypeOf, options.question.type);
  ReadName(map, "query_class", &DnsClassOf, options.question.klass);
  map.Read("recursion_desired", options.question.recursion);
  ReadTransport(map, options);
  ReadRcodes(map, options);
  ReadRules(map, "validate_answer_rrs", options.answer);
  ReadRules(map, "validate_authority_rrs", options.authority);
  ReadRules(map, "validate_additional_rrs", options.additional);
  options.ip = ReadIpChoice(map);
  return options;
}

}  // namespace sidewatch::probes
