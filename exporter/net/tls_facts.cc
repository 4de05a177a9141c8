#include "exporter/net/tls_facts.h"

#include <algorithm>

#include <fmt/format.h>

namespace sidewatch::net {

TimePoint EarliestExpiry(std::span<const Certificate> chain) {
  return std::min_element(chain.begin(),
                          chain.end(),
                          [](const Certificate& one, const Certificate& other) {
                            return one.not_after < other.not_after;
                          })
      ->not_after;
}

std::string JoinedDnsNames(const Certificate& certificate) {
  return fmt::format("{}", fmt::join(certificate.dns_names, ","));
}

std::string ShownTlsVersion(std::string_view version) {
  constexpr std::string_view kPrefix = "TLSv";
  if (!version.starts_with(kPrefix)) {
    return "unknown";
  }
  const std::string_view number = version.substr(kPrefix.size());
  return fmt::format("TLS {}{}", number, number.find('.') == std::string_view::npos ? ".0" : "");
}

}  // namespace sidewatch::net
