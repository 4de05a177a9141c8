#include "collectors/probes/http_verdict.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace sidewatch::probes {

namespace {

std::string Lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

std::vector<std::string> ValuesOf(const net::HttpReply& reply, const std::string& name) {
  std::vector<std::string> values;
  for (const auto& [header, value] : reply.headers) {
    if (Lowered(header) == Lowered(name)) {
      values.push_back(value);
    }
  }
  return values;
}

std::string JudgeStatus(const HttpOptions& options, const net::HttpReply& reply) {
  const std::vector<int>& valid = options.valid_status_codes;
  if (valid.empty()) {
    const bool good = reply.status >= 200 && reply.status < 300;
    return good ? std::string() : fmt::format("status {}, expected 2xx", reply.status);
  }
  const bool good = std::find(valid.begin(), valid.end(), reply.status) != valid.end();
  return good ? std::string()
              : fmt::format("status {}, expected {}", reply.status, fmt::join(valid, ", "));
}

/// As Go names the versions.
std::string VersionText(double version) {
  return fmt::format("HTTP/{:.1f}", version);
}

std::string JudgeVersion(const HttpOptions& options, const net::HttpReply& reply) {
  const std::vector<std::string>& valid = options.valid_http_versions;
  const std::string version = VersionText(reply.details.http_version);
  const bool good =
      valid.empty() || std::any_of(valid.begin(), valid.end(), [&](const std::string& one) {
        return one == version || one + ".0" == version;
      });
  return good ? std::string()
              : fmt::format("version {}, expected {}", version, fmt::join(valid, ", "));
}

std::string JudgeTls(const HttpOptions& options, const net::HttpReply& reply) {
  if (reply.details.tls && options.fail_if_ssl) {
    return "the reply came over TLS";
  }
  if (!reply.details.tls && options.fail_if_not_ssl) {
    return "the reply did not come over TLS";
  }
  return {};
}

std::string JudgeHeader(const HeaderRule& rule, bool may_match, const net::HttpReply& reply) {
  const std::vector<std::string> values = ValuesOf(reply, rule.header);
  if (values.empty()) {
    return rule.allow_missing ? std::string()
                              : fmt::format("header \"{}\" is missing", rule.header);
  }
  const bool matches = std::any_of(values.begin(), values.end(), [&rule](const std::string& value) {
    return re2::RE2::PartialMatch(value, *rule.regexp);
  });
  if (matches == may_match) {
    return {};
  }
  return fmt::format("header \"{}\" {} \"{}\"",
                     rule.header,
                     may_match ? "does not match" : "matches",
                     rule.regexp->pattern());
}

std::string JudgeHeaders(const HttpOptions& options, const net::HttpReply& reply) {
  std::string failure;
  for (const HeaderRule& rule : options.fail_if_header_matches) {
    failure = failure.empty() ? JudgeHeader(rule, false, reply) : failure;
  }
  for (const HeaderRule& rule : options.fail_if_header_not_matches) {
    failure = failure.empty() ? JudgeHeader(rule, true, reply) : failure;
  }
  return failure;
}

std::string JudgeBody(const HttpOptions& options, const net::HttpReply& reply) {
  for (const Pattern& pattern : options.fail_if_body_matches) {
    if (re2::RE2::PartialMatch(reply.body, *pattern)) {
      return fmt::format("the body matches \"{}\"", pattern->pattern());
    }
  }
  for (const Pattern& pattern : options.fail_if_body_not_matches) {
    if (!re2::RE2::PartialMatch(reply.body, *pattern)) {
      return fmt::format("the body does not match \"{}\"", pattern->pattern());
    }
  }
  return {};
}

using Judge = std::string (*)(const HttpOptions& options, const net::HttpReply& reply);

struct Step {
  Judge judge;
  bool by_regexp = false;
  bool of_body = false;
};

constexpr Step kSteps[] = {
    {&JudgeStatus},
    {&JudgeHeaders, true},
    {&JudgeBody, true, true},
    {&JudgeVersion},
    {&JudgeTls},
};

}  // namespace

HttpVerdict JudgeReply(const HttpOptions& options, const net::HttpReply& reply) {
  for (const Step& step : kSteps) {
    if (step.of_body && reply.incomplete) {
      continue;
    }
    std::string failure = step.judge(options, reply);
    if (!failure.empty()) {
      return {std::move(failure), step.by_regexp};
    }
  }
  return {};
}

}  // namespace sidewatch::probes
