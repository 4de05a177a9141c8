#include "alerts/receivers/email/email_config.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/email/mime.h"
#include "exporter/base/number.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;

constexpr int kImplicitTlsPort = 465;
constexpr std::int64_t kMaxPort = 65535;

/// `host:port`, with an IPv6 host in brackets. Empty: fine, else what is wrong.
std::string SplitSmarthost(const std::string& text, net::SmtpOptions& out) {
  const std::size_t colon = text.rfind(':');
  const std::string_view whole = text;
  std::string_view host = whole.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return fmt::format("address \"{}\": an IPv6 host is written in brackets: [::1]:25", text);
  }
  if (colon == std::string::npos || host.empty()) {
    return fmt::format("address \"{}\": expected host:port", text);
  }
  const auto port = ParseInteger(whole.substr(colon + 1));
  if (!port || *port < 1 || *port > kMaxPort) {
    return fmt::format("address \"{}\": expected a port between 1 and {}", text, kMaxPort);
  }
  out.host = host;
  out.port = static_cast<int>(*port);
  return "";
}

/// Reads the keys that a receiver and, with the prefix `smtp_`, `global:` have in common.
void ReadServer(MapReader& map, const std::string& prefix, EmailConfig& out) {
  std::string smarthost;
  if (map.Read(prefix + "smarthost", smarthost) && !smarthost.empty()) {
    if (const std::string wrong = SplitSmarthost(smarthost, out.server); !wrong.empty()) {
      map.ErrorAt(prefix + "smarthost", wrong);
    }
  }
  std::string hello;
  if (map.Read(prefix + "hello", hello) && !hello.empty()) {
    out.server.hello = hello;
  }
  map.Read(prefix + "auth_username", out.server.username);
  map.ReadSecret(prefix + "auth_password", out.server.password);
  map.Read(prefix + "require_tls", out.server.require_tls);
  map.Read(prefix + "force_implicit_tls", out.force_implicit_tls);
  map.ReadSecret(prefix + "auth_secret", out.server.secret);
  map.Read(prefix + "auth_identity", out.server.identity);
  // As a whole: no key of the one level goes with those of the other.
  net::TlsOptions tls;
  if (map.Read(prefix + "tls_config", tls)) {
    out.server.tls = std::move(tls);
  }
}

/// `x-team` and `X-TEAM` are `X-Team`: header names do not differ by case.
std::string CanonicalName(std::string_view name) {
  std::string canonical(name);
  bool word_start = true;
  for (char& c : canonical) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    if (word_start && lower) {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (!word_start && upper) {
      c = static_cast<char>(c - 'A' + 'a');
    }
    word_start = c == '-';
  }
  return canonical;
}

bool IsHeaderName(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != ':'; });
}

void ReadHeaders(MapReader& map, const ReceiverDeps& deps, EmailConfig& out) {
  const std::optional<Node> node = map.Get("headers");
  if (!node || node->is_null()) {
    return;
  }
  MapReader headers(*node, map.diagnostics());
  for (const auto& [key, value] : node->entries()) {
    const std::string name = CanonicalName(key.text());
    TemplateText text;
    ReadTemplate(headers, key.text(), deps, text);
    const bool known =
        std::ranges::any_of(out.headers, [&](const auto& header) { return header.first == name; });
    if (!IsHeaderName(name)) {
      map.diagnostics().Error(key.position(),
                              fmt::format("\"{}\" is not a header name", key.text()));
    } else if (known) {
      map.diagnostics().Error(key.position(),
                              fmt::format("duplicate header \"{}\" in email config", name));
    } else {
      out.headers.emplace_back(name, std::move(text));
    }
  }
}

bool HasHeader(const EmailConfig& config, std::string_view name) {
  return std::ranges::any_of(config.headers,
                             [&](const auto& header) { return header.first == name; });
}

void ReadThreading(MapReader& map, EmailConfig& out) {
  const std::optional<Node> node = map.Get("threading");
  if (!node || node->is_null()) {
    return;
  }
  MapReader threading(*node, map.diagnostics());
  std::string by_date;
  threading.Read("enabled", out.threaded);
  threading.Read("thread_by_date", by_date);
  out.thread_by_day = by_date == "daily";
  if (!out.threaded) {
    return;
  }
  for (const std::string_view header : {"References", "In-Reply-To"}) {
    if (HasHeader(out, header)) {
      map.ErrorAt("headers",
                  fmt::format("conflicting configuration: threading.enabled conflicts with custom "
                              "{} header",
                              header));
    }
  }
  if (by_date != "daily" && by_date != "none") {
    map.ErrorAt("threading", "threading.thread_by_date must be either 'none' or 'daily'");
  }
}

void CheckAddresses(MapReader& map, std::string_view key, const TemplateText& text) {
  if (text.empty() || text.is_template()) {
    return;
  }
  if (const auto parsed = ParseAddresses(text.text()); !parsed) {
    map.ErrorAt(key, parsed.error().message);
  }
}

void CheckComplete(MapReader& map, const EmailConfig& config) {
  if (config.to.empty()) {
    map.Error("missing to address in email config");
  }
  if (config.server.host.empty()) {
    map.Error("no global SMTP smarthost set");
  }
  if (config.from.empty()) {
    map.Error("no global SMTP from set");
  }
  CheckAddresses(map, "to", config.to);
  CheckAddresses(map, "from", config.from);
}

EmailConfig ReadGlobal(MapReader& global, const ReceiverDeps& deps) {
  EmailConfig config;
  ReadServer(global, "smtp_", config);
  ReadTemplate(global, "smtp_from", deps, config.from);
  return config;
}

}  // namespace

void CheckEmailGlobal(MapReader& global) {
  // Templates of `smtp_from` are checked with each receiver, which has the renderer.
  EmailConfig config;
  ReadServer(global, "smtp_", config);
  std::string from;
  global.Read("smtp_from", from);
}

EmailConfig ReadEmailConfig(MapReader& map, const Node& global_node, const ReceiverDeps& deps) {
  config::Diagnostics reported_elsewhere;
  MapReader global(global_node, reported_elsewhere);
  EmailConfig config = ReadGlobal(global, deps);
  ReadServer(map, "", config);
  // Only now: what either of them says comes before what the port says.
  config.server.implicit_tls =
      config.force_implicit_tls.value_or(config.server.port == kImplicitTlsPort);
  ReadTemplate(map, "to", deps, config.to);
  ReadTemplate(map, "from", deps, config.from);
  config.without_html = ReadTemplate(map, "html", deps, config.html) && config.html.empty();
  ReadTemplate(map, "text", deps, config.text);
  map.Read("graphs", config.graphs);
  ReadHeaders(map, deps, config);
  ReadThreading(map, config);
  CheckComplete(map, config);
  return config;
}

}  // namespace sidewatch::alerts
