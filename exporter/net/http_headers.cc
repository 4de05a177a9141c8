#include "exporter/net/http_headers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::net {

namespace {

using config::MapReader;
using config::Node;

/// What the client sets itself; as Prometheus refuses them.
constexpr std::string_view kReserved[] = {"accept-encoding",
                                          "authorization",
                                          "connection",
                                          "content-encoding",
                                          "content-length",
                                          "content-type",
                                          "host",
                                          "keep-alive",
                                          "proxy-authenticate",
                                          "proxy-authorization",
                                          "user-agent",
                                          "www-authenticate",
                                          "x-prometheus-scrape-timeout-seconds"};

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool IsToken(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return c > ' ' && c <= '~' &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

void ReadHeader(const std::string& name,
                const Node& node,
                config::Diagnostics& diagnostics,
                std::vector<SecretHeader>& out) {
  MapReader map(node, diagnostics);
  std::vector<Secret> values;
  std::vector<Secret> secrets;
  std::vector<std::string> files;
  map.Read("values", values);
  map.Read("secrets", secrets);
  map.Read("files", files);
  for (std::vector<Secret>* list : {&values, &secrets}) {
    for (Secret& value : *list) {
      out.push_back({name, config::SecretSource(std::move(value))});
    }
  }
  for (const std::string& file : files) {
    out.push_back(
        {name, config::SecretSource::FromFile(config::ResolvePath(node.position(), file))});
  }
}

}  // namespace

void ReadHttpHeaders(const Node& node,
                     config::Diagnostics& diagnostics,
                     std::vector<SecretHeader>& out) {
  MapReader map(node, diagnostics);
  for (const auto& [key, value] : node.entries()) {
    const std::string name(key.text());
    map.Ignore({name});
    if (!IsToken(name)) {
      diagnostics.Error(key.position(), fmt::format("\"{}\" is not the name of a header", name));
    } else if (std::ranges::find(kReserved, LowerCase(name)) != std::end(kReserved)) {
      diagnostics.Error(key.position(), fmt::format("setting header \"{}\" is not allowed", name));
    } else {
      ReadHeader(name, value, diagnostics, out);
    }
  }
}

Result<std::string> HeaderLine(const SecretHeader& header) {
  SW_TRY_ASSIGN(const Secret value, header.value.Load());
  if (value.Reveal().find_first_of("\r\n") != std::string::npos) {
    return Fail(
        ErrorCode::kInvalidArgument, "the value of header {} has several lines", header.name);
  }
  return fmt::format("{}: {}", header.name, value.Reveal());
}

}  // namespace sidewatch::net
