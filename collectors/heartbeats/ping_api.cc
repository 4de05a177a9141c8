#include "collectors/heartbeats/ping_api.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::heartbeats {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::size_t kNamed = 10;  // As many names a 404 proposes.
constexpr std::int64_t kMaxExitCode = 255;

/// The last part of the URL, if it is a word.
struct Word {
  std::string_view word;
  Ping ping;
};

constexpr Word kWords[] = {
    {"", {.kind = PingKind::kSuccess, .exit_code = 0}},
    {"success", {.kind = PingKind::kSuccess, .exit_code = 0}},
    {"start", {.kind = PingKind::kStart, .exit_code = 0}},
    {"fail", {.kind = PingKind::kFail, .exit_code = 1}},
};

std::optional<Ping> ParsePing(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word, &Word::word);
  if (found != std::end(kWords)) {
    return found->ping;
  }
  const auto code = ParseInteger(word);
  if (!code || *code < 0 || *code > kMaxExitCode) {
    return std::nullopt;
  }
  return Ping{.kind = *code == 0 ? PingKind::kSuccess : PingKind::kFail, .exit_code = *code};
}

std::string_view ValueOf(const HttpRequest& request, std::string_view name) {
  const auto found = request.path_values.find(name);
  return found == request.path_values.end() ? std::string_view() : std::string_view(found->second);
}

HttpResponse Unknown(std::string_view name, std::vector<std::string> names) {
  std::string cure = fmt::format(
      "There is no heartbeat \"{}\". Add {{name: {}, every: 1d, grace: 1h}} to "
      "collectors.heartbeats",
      name,
      name);
  if (names.size() > kNamed) {
    names.resize(kNamed);
    names.emplace_back("…");
  }
  if (!names.empty()) {
    cure += fmt::format(", or use one of: {}", fmt::join(names, ", "));
  }
  return net::TextResponse(404, cure + ".\n");
}

std::optional<HttpResponse> RefuseUnknown(std::string_view name, const NamesFn& names) {
  std::vector<std::string> known = names();
  if (std::ranges::find(known, name) != known.end()) {
    return std::nullopt;
  }
  return Unknown(name, std::move(known));
}

HttpResponse TakePing(PingBook& book, const NamesFn& names, const HttpRequest& request) {
  const std::string_view name = ValueOf(request, "name");
  if (auto refusal = RefuseUnknown(name, names)) {
    return std::move(*refusal);
  }
  std::optional<Ping> ping = ParsePing(ValueOf(request, "what"));
  if (!ping) {
    return net::TextResponse(
        400,
        fmt::format("\"{}\" is no ping: use /ping/{}, /start, /success, /fail or an exit code from "
                    "0 to {}.\n",
                    ValueOf(request, "what"),
                    name,
                    kMaxExitCode));
  }
  ping->body = request.body;
  book.Take(name, *ping);
  return net::TextResponse(200, "OK\n");
}

HttpResponse ShowLog(PingBook& book, const NamesFn& names, const HttpRequest& request) {
  const std::string_view name = ValueOf(request, "name");
  if (auto refusal = RefuseUnknown(name, names)) {
    return std::move(*refusal);
  }
  return net::TextResponse(200, book.Expect(name).body);
}

}  // namespace

void RegisterPings(net::Router& router, PingBook& book, const NamesFn& names) {
  for (const char* method : {"GET", "POST"}) {
    for (const char* pattern : {"/ping/{name}", "/ping/{name}/{what}"}) {
      router.Handle(
          method, pattern, net::Access::kWrite, [&book, names](const HttpRequest& request) {
            return TakePing(book, names, request);
          });
    }
  }
  router.Handle(
      "GET",
      "/api/v1/heartbeats/{name}/log",
      net::Access::kWrite,
      [&book, names](const HttpRequest& request) { return ShowLog(book, names, request); });
}

}  // namespace sidewatch::heartbeats
