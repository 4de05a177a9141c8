#include "collectors/probes/http_options.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exporter/model/go_regex.h"
#include "exporter/model/label_set.h"

namespace sidewatch::probes {

namespace {

Pattern Compile(const config::Node& node, config::Diagnostics& diagnostics) {
  std::string text;
  config::ReadValue(node, diagnostics, text);
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto pattern = std::make_shared<const re2::RE2>(ToRe2Syntax(text), options);
  if (!pattern->ok()) {
    diagnostics.Error(node.position(),
                      fmt::format("\"{}\" is no regular expression: {}", text, pattern->error()));
    return nullptr;
  }
  return pattern;
}

std::vector<Pattern> ReadPatterns(config::MapReader& map, std::string_view key) {
  std::vector<Pattern> patterns;
  const std::optional<config::Node> list = map.Get(key);
  if (list && config::ExpectList(*list, map.diagnostics())) {
    for (const config::Node& item : list->items()) {
      if (Pattern pattern = Compile(item, map.diagnostics())) {
        patterns.push_back(std::move(pattern));
      }
    }
  }
  return patterns;
}

std::vector<HeaderRule> ReadHeaderRules(config::MapReader& map, std::string_view key) {
  std::vector<HeaderRule> rules;
  const std::optional<config::Node> list = map.Get(key);
  if (list && config::ExpectList(*list, map.diagnostics())) {
    for (const config::Node& item : list->items()) {
      config::MapReader entry(item, map.diagnostics());
      HeaderRule& rule = rules.emplace_back();
      entry.Require("header", rule.header);
      rule.regexp = ReadPattern(entry, "regexp");
      entry.Read("allow_missing", rule.allow_missing);
      if (rule.regexp == nullptr) {
        entry.Error("expected a regexp");
      }
    }
  }
  return rules;
}

void ReadJsonField(const config::Node& node, config::MapReader& parent, JsonField& field) {
  config::MapReader map(node, parent.diagnostics());
  map.Require("path", field.path);
  map.Read("metric", field.metric);
  map.Read("labels", field.labels);
  map.Read("equals", field.equals);
  map.Read("optional", field.optional);
  if (!field.metric.empty() && !IsValidName(field.metric)) {
    map.ErrorAt("metric", fmt::format("\"{}\" is not a valid metric name", field.metric));
  }
  for (const auto& [name, value] : field.labels) {
    if (!IsValidName(name) || name == kMetricName) {
      map.ErrorAt("labels", fmt::format("\"{}\" is not a valid label name", name));
    }
  }
  if (field.metric.empty() && !field.labels.empty()) {
    map.ErrorAt("labels", "belong to a metric: name it");
  }
}

void CheckJson(config::MapReader& target, const std::vector<JsonField>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool twice = std::any_of(
        fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(i), [&](const JsonField& f) {
          const bool own = f.metric.empty() && f.path == fields[i].path &&
                           f.equals.has_value() == fields[i].equals.has_value();
          return f.metric == fields[i].metric &&
                 (f.metric.empty() ? own : f.labels == fields[i].labels);
        });
    if (twice) {
      target.ErrorAt("json",
                     "two entries give the same series: give each its own metric or labels");
    }
  }
}

void ReadJson(config::MapReader& target, std::vector<JsonField>& fields) {
  const std::optional<config::Node> list = target.Get("json");
  if (list && config::ExpectList(*list, target.diagnostics())) {
    for (const config::Node& item : list->items()) {
      ReadJsonField(item, target, fields.emplace_back());
    }
  }
  CheckJson(target, fields);
}

void ReadRequest(config::MapReader& target, HttpOptions& options) {
  target.Read("method", options.method);
  std::map<std::string, std::string> headers;
  target.Read("headers", headers);
  for (const auto& [name, value] : headers) {
    if ((name + value).find_first_of("\r\n") != std::string::npos) {
      target.ErrorAt("headers", "a header is one line");
    }
    options.headers.emplace_back(name, value);
  }
  target.Read("body", options.body);
  const bool refused =
      options.method.empty() ||
      options.method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos;
  if (refused) {
    target.ErrorAt("method", fmt::format("\"{}\" is no method such as GET", options.method));
  }
  net::ReadHttpClientOptions(target, options.client);
  bool no_follow = false;
  if (target.Read("no_follow_redirects", no_follow) && no_follow) {
    options.client.follow_redirects = false;
  }
}

}  // namespace

Pattern ReadPattern(config::MapReader& map, std::string_view key) {
  const std::optional<config::Node> node = map.Get(key);
  return node && !node->is_null() ? Compile(*node, map.diagnostics()) : nullptr;
}

IpChoice ReadIpChoice(config::MapReader& map) {
  IpChoice choice;
  std::string preferred;
  if (map.Read("preferred_ip_protocol", preferred)) {
    if (preferred == "ip4" || preferred == "ip6") {
      choice.preferred = preferred == "ip4" ? net::AddressFamily::kIpv4 : net::AddressFamily::kIpv6;
    } else {
      map.ErrorAt("preferred_ip_protocol", "expected ip4 or ip6");
    }
  }
  map.Read("ip_protocol_fallback", choice.fallback);
  return choice;
}

HttpOptions ReadHttpOptions(config::MapReader& target, std::string url) {
  HttpOptions options;
  options.url = std::move(url);
  ReadRequest(target, options);
  target.Read("valid_status_codes", options.valid_status_codes);
  target.Read("valid_http_versions", options.valid_http_versions);
  options.fail_if_body_matches = ReadPatterns(target, "fail_if_body_matches_regexp");
  options.fail_if_body_not_matches = ReadPatterns(target, "fail_if_body_not_matches_regexp");
  options.fail_if_header_matches = ReadHeaderRules(target, "fail_if_header_matches");
  options.fail_if_header_not_matches = ReadHeaderRules(target, "fail_if_header_not_matches");
  target.Read("fail_if_ssl", options.fail_if_ssl);
  target.Read("fail_if_not_ssl", options.fail_if_not_ssl);
  config::ByteSize limit{options.body_size_limit};
  target.Read("body_size_limit", limit);
  options.body_size_limit = limit.bytes == 0 ? options.body_size_limit : limit.bytes;
  options.ip = ReadIpChoice(target);
  ReadJson(target, options.json);
  return options;
}

}  // namespace sidewatch::probes
