#include "collectors/probes/url_host.h"

#include <utility>

#include "exporter/base/number.h"

namespace sidewatch::probes {

namespace {

constexpr int kMostPort = 65535;

}  // namespace

std::string HostOf(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    url.remove_prefix(at + 1);
  }
  if (url.starts_with('[')) {
    return std::string(url.substr(1, url.find(']') - 1));
  }
  return std::string(url.substr(0, url.find(':')));
}

std::optional<HostPort> SplitHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view name = text.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) {
    name = name.substr(1, name.size() - 2);
  } else if (name.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<std::int64_t> number = ParseInteger(text.substr(colon + 1));
  if (name.empty() || !number || *number < 1 || *number > kMostPort) {
    return std::nullopt;
  }
  return HostPort{.host = std::string(name), .port = static_cast<int>(*number)};
}

HostPort HostAndPort(std::string_view text) {
  if (std::optional<HostPort> both = SplitHostPort(text)) {
    return std::move(*both);
  }
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  return {.host = std::string(text), .port = 0};
}

}  // namespace sidewatch::probes
