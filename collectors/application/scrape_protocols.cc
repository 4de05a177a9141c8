#include "collectors/application/scrape_protocols.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace sidewatch::application {
namespace {

struct Protocol {
  std::string_view name;
  std::string_view accept;
  std::string_view media_type;
};

// In the order of Prometheus' default.
constexpr std::array kProtocols = {
    Protocol{"OpenMetricsText1.0.0",
             "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
             "application/openmetrics-text"},
    Protocol{"OpenMetricsText0.0.1",
             "application/openmetrics-text;version=0.0.1",
             "application/openmetrics-text"},
    Protocol{"PrometheusText1.0.0", "text/plain;version=1.0.0;escaping=allow-utf-8", "text/plain"},
    Protocol{"PrometheusText0.0.4", "text/plain;version=0.0.4", "text/plain"},
};
constexpr std::string_view kProtobuf = "PrometheusProto";

Result<const Protocol*> Find(const std::string& name) {
  const auto found = std::ranges::find(kProtocols, name, &Protocol::name);
  if (found != kProtocols.end()) {
    return &*found;
  }
  std::vector<std::string_view> names;
  names.reserve(kProtocols.size());
  for (const Protocol& protocol : kProtocols) {
    names.push_back(protocol.name);
  }
  return Fail(ErrorCode::kInvalidArgument,
              "{} scrape protocol {}, supported: [{}]",
              name == kProtobuf ? "unsupported" : "unknown",
              name,
              fmt::join(names, " "));
}

}  // namespace

Result<std::string> AcceptHeader(const std::vector<std::string>& protocols) {
  std::vector<const Protocol*> wanted;
  wanted.reserve(protocols.size());
  for (const std::string& name : protocols) {
    SW_TRY_ASSIGN(const Protocol* protocol, Find(name));
    if (std::ranges::find(wanted, protocol) != wanted.end()) {
      return Fail(ErrorCode::kInvalidArgument,
                  "duplicated protocol in scrape_protocols, got [{}]",
                  fmt::join(protocols, " "));
    }
    wanted.push_back(protocol);
  }
  if (wanted.empty()) {
    std::ranges::transform(
        kProtocols, std::back_inserter(wanted), [](const Protocol& protocol) { return &protocol; });
  }
  std::string header;
  std::size_t weight = wanted.size() + 1;
  for (const Protocol* protocol : wanted) {
    header += fmt::format("{};q=0.{},", protocol->accept, weight--);
  }
  return header + fmt::format("*/*;q=0.{}", weight);
}

Result<std::string> MediaTypeOf(const std::string& protocol) {
  SW_TRY_ASSIGN(const Protocol* found, Find(protocol));
  return std::string(found->media_type);
}

Result<std::string> PageMediaType(std::string_view content_type, const std::string& fallback) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(type.find_last_not_of(" \t") + 1);
  for (char& c : type) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const Protocol& protocol : kProtocols) {
    if (type == protocol.media_type) {
      return type;
    }
  }
  if (!fallback.empty()) {
    return fallback;
  }
  if (content_type.empty()) {
    return Fail(ErrorCode::kProtocol,
                "non-compliant scrape target sending blank Content-Type and no "
                "fallback_scrape_protocol specified for target");
  }
  return Fail(ErrorCode::kProtocol,
              "received unsupported Content-Type \"{}\" and no fallback_scrape_protocol specified "
              "for target",
              content_type);
}

}  // namespace sidewatch::application
