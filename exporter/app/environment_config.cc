#include "exporter/app/environment_config.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "exporter/net/http_message.h"

namespace sidewatch::app {
namespace {

/// A target that one variable switches on. The text goes under `collectors:`.
struct CollectorVariable {
  std::string_view variable;
  std::string_view yaml;
};

constexpr std::array kCollectorVariables = {
    CollectorVariable{"DATABASE_URL", "  postgres: [{name: main, dsn: \"${DATABASE_URL}\"}]\n"},
    CollectorVariable{"REDIS_URL", "  redis: [{name: cache, url: \"${REDIS_URL}\"}]\n"},
    CollectorVariable{"BACKUP_DIR", "  backups: [{name: backups, path: \"${BACKUP_DIR}/*\"}]\n"},
};

/// `smtp://user:password@host:port` taken apart; libcurl is not asked, as only the shape matters
/// here.
struct SmtpUrl {
  std::string host;
  std::string port;
  std::string user;
  std::string password;
  bool implicit_tls = false;
};

SmtpUrl ParseSmtpUrl(std::string_view url) {
  SmtpUrl parsed;
  parsed.implicit_tls = url.starts_with("smtps://");
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find('/'));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = url.substr(0, at);
    const std::size_t colon = login.find(':');
    parsed.user = login.substr(0, colon);
    parsed.password = colon == std::string_view::npos ? "" : login.substr(colon + 1);
    url.remove_prefix(at + 1);
  }
  const std::size_t colon = url.rfind(':');
  parsed.host = url.substr(0, colon);
  parsed.port = colon == std::string_view::npos ? (parsed.implicit_tls ? "465" : "587")
                                                : url.substr(colon + 1);
  return parsed;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + '"';
}

std::string EmailReceiver(const std::string& url, const std::string& to) {
  const SmtpUrl smtp = ParseSmtpUrl(url);
  std::string yaml = fmt::format(
      "      email_configs:\n"
      "        - to: {}\n"
      "          from: {}\n"
      "          smarthost: {}\n"
      "          send_resolved: true\n",
      Quoted(to),
      Quoted(smtp.user.find('@') == std::string::npos ? "sidewatch@" + smtp.host : smtp.user),
      Quoted(smtp.host + ":" + smtp.port));
  if (!smtp.user.empty()) {
    yaml += fmt::format("          auth_username: {}\n          auth_password: {}\n",
                        Quoted(smtp.user),
                        Quoted(smtp.password));
  }
  return yaml;
}

std::string Notifications(const Environment& environment) {
  std::string receiver;
  if (environment("SLACK_WEBHOOK_URL")) {
    receiver +=
        "      slack_configs:\n"
        "        - api_url: \"${SLACK_WEBHOOK_URL}\"\n"
        "          send_resolved: true\n";
  }
  const auto smtp = environment("SMTP_URL");
  const auto to = environment("ALERT_EMAIL_TO");
  if (smtp && to) {
    receiver += EmailReceiver(*smtp, *to);
  }
  if (receiver.empty()) {
    return "";
  }
  // The shipped rules of two levels share a topic: the higher one holds the lower one back.
  return "notifications:\n"
         "  route: {receiver: default, group_by: [alertname]}\n"
         "  inhibit_rules:\n"
         "    - source_matchers: ['severity=\"critical\"', 'topic=~\".+\"']\n"
         "      target_matchers: ['severity=~\"warning|info\"']\n"
         "      equal: [topic, job, instance, datname, mountpoint, device, backup, filepath, file, "
         "endpoint, log, receiver, integration]\n"
         "    - source_matchers: ['alertname=\"HostDiskFull\"']\n"
         "      target_matchers: ['alertname=\"HostDiskCritical\"']\n"
         "      equal: [job, instance, mountpoint, device]\n"
         "  receivers:\n"
         "    - name: default\n" +
         receiver;
}

void AppendQuoted(std::string& list, std::string_view item) {
  list += (list.empty() ? "" : ", ") + Quoted(item);
}

/// `LOG_PATHS`: paths and globs with colons in between, as in `PATH`.
std::string LogFiles(const Environment& environment) {
  const auto paths = environment("LOG_PATHS");
  if (!paths) {
    return "";
  }
  std::string list;
  std::string_view rest = *paths;
  while (!rest.empty()) {
    const std::string_view path = rest.substr(0, rest.find_first_of(":,"));
    rest.remove_prefix(std::min(rest.size(), path.size() + 1));
    if (!path.empty()) {
      AppendQuoted(list, path);
    }
  }
  return list.empty() ? "" : fmt::format("  logs: [{{files: [{}]}}]\n", list);
}

/// Where the item ends that begins at `at`, and whether it ends in `:port`.
std::pair<std::size_t, bool> EndOfItem(std::string_view paths, std::size_t at) {
  const std::size_t end = std::min(paths.find_first_of(",: \n", at), paths.size());
  if (end == paths.size() || paths[end] != ':' || paths[at] == '/') {
    return {end, false};
  }
  const std::size_t after = std::min(paths.find_first_not_of("0123456789", end + 1), paths.size());
  const bool has_port = after > end + 1 && (after == paths.size() || paths[after] != '/');
  return {has_port ? after : end, has_port};
}

/// CERT_PATHS holds files, folders, patterns and endpoints, with commas, colons or spaces between
/// them; what ends in `:port` is an endpoint.
std::string Certificates(std::string_view paths) {
  std::string files;
  std::string endpoints;
  std::size_t at = 0;
  while (at < paths.size()) {
    const auto [end, has_port] = EndOfItem(paths, at);
    if (end > at) {
      AppendQuoted(has_port ? endpoints : files, paths.substr(at, end - at));
    }
    at = end + 1;
  }
  std::string keys = files.empty() ? "" : fmt::format(", files: [{}]", files);
  keys += endpoints.empty() ? "" : fmt::format(", endpoints: [{}]", endpoints);
  return keys.empty() ? "" : fmt::format("  certificates: [{{name: certificates{}}}]\n", keys);
}

/// A login in a URL, each half with percent signs.
std::string BasicAuth(std::string_view login) {
  const std::size_t colon = login.find(':');
  const std::string_view password =
      colon == std::string_view::npos ? std::string_view() : login.substr(colon + 1);
  return fmt::format(", basic_auth: {{username: {}, password: {}}}",
                     Quoted(net::DecodeUrl(login.substr(0, colon))),
                     Quoted(net::DecodeUrl(password)));
}

std::string Params(std::string_view query) {
  std::map<std::string, std::string> lists;
  for (const auto& [name, value] : net::ParseForm(query)) {
    AppendQuoted(lists[name], value);
  }
  std::string params;
  for (const auto& [name, list] : lists) {
    params += fmt::format("{}{}: [{}]", params.empty() ? "" : ", ", Quoted(name), list);
  }
  return params.empty() ? "" : fmt::format(", params: {{{}}}", params);
}

/// `APP_METRICS_URL` as a scrape config of the job `app`. What is left out is Prometheus' default:
/// http, `/metrics`.
std::string ApplicationPage(std::string_view url) {
  std::string keys;
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    keys += fmt::format(", scheme: {}", Quoted(url.substr(0, scheme)));
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find('#'));
  const std::size_t question = std::min(url.find('?'), url.size());
  const std::string_view query = url.substr(std::min(question + 1, url.size()));
  url = url.substr(0, question);
  const std::size_t slash = std::min(url.find('/'), url.size());
  const std::string_view path = url.substr(slash);
  std::string_view host = url.substr(0, slash);
  std::string login;
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    login = BasicAuth(host.substr(0, at));
    host.remove_prefix(at + 1);
  }
  if (path.size() > 1) {
    keys += fmt::format(", metrics_path: {}", Quoted(net::DecodeUrl(path)));
  }
  return fmt::format(
      "scrape_configs: [{{job_name: app{}{}{}, static_configs: [{{targets: [{}]}}]}}]\n",
      keys,
      Params(query),
      login,
      Quoted(host));
}

std::string ExternalLabels(const Environment& environment) {
  std::string labels;
  for (const auto& [variable, label] :
       {std::pair{"SERVICE_NAME", "service"}, std::pair{"ENVIRONMENT", "environment"}}) {
    if (const auto value = environment(variable)) {
      labels += fmt::format("{}{}: {}", labels.empty() ? "" : ", ", label, Quoted(*value));
    }
  }
  return labels.empty() ? "" : fmt::format("global: {{external_labels: {{{}}}}}\n", labels);
}

}  // namespace

std::optional<std::string> ProcessEnvironment(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the program changes the environment.
  const char* value = std::getenv(name.c_str());
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::string ConfigFromEnvironment(const Environment& environment) {
  std::string yaml = ExternalLabels(environment) + "collectors:\n  host: [{}]\n";
  for (const CollectorVariable& row : kCollectorVariables) {
    if (environment(std::string(row.variable))) {
      yaml += row.yaml;
    }
  }
  // libpq itself reads PGHOST, PGUSER, PGPASSWORD and their like when the conninfo leaves them out.
  if (!environment("DATABASE_URL") && environment("PGHOST")) {
    yaml += "  postgres: [{name: main, dsn: \"application_name=sidewatch\"}]\n";
  }
  if (const auto paths = environment("CERT_PATHS")) {
    yaml += Certificates(*paths);
  }
  yaml += LogFiles(environment);
  if (const auto url = environment("APP_METRICS_URL")) {
    yaml += ApplicationPage(*url);
  }
  return yaml + Notifications(environment);
}

}  // namespace sidewatch::app
