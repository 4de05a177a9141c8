#include "alerts/receivers/common/http_delivery.h"

#include <algorithm>
#include <sstream>
#include <string>

#include <date/date.h>
#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/base/secret.h"

namespace sidewatch::alerts {
namespace {

constexpr std::size_t kMaxAnswer = 200;
constexpr Duration kLongestPatience = std::chrono::hours(24);

bool IsTemporary(int status) {
  constexpr int kRequestTimeout = 408;
  constexpr int kTooManyRequests = 429;
  constexpr int kServerErrors = 500;
  return status == kRequestTimeout || status == kTooManyRequests || status >= kServerErrors;
}

/// One line of at most kMaxAnswer bytes.
std::string Excerpt(std::string_view body) {
  std::string line(body.substr(0, kMaxAnswer));
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return MaskPasswords(line);
}

}  // namespace

std::optional<Duration> ParseRetryAfter(std::string_view text, TimePoint now) {
  if (const auto seconds = ParseInteger(text); seconds && *seconds >= 0) {
    constexpr std::int64_t kMaxSeconds = 24 * 60 * 60;
    return std::chrono::seconds(std::min(*seconds, kMaxSeconds));
  }
  std::istringstream stream{std::string(text)};
  TimePoint at;
  stream >> date::parse("%a, %d %b %Y %T GMT", at);
  if (stream.fail()) {
    return std::nullopt;
  }
  return std::clamp(
      std::chrono::duration_cast<Duration>(at - now), Duration::zero(), kLongestPatience);
}

Delivery ToDelivery(const Result<net::HttpReply>& reply, TimePoint now) {
  using Outcome = Delivery::Outcome;
  if (!reply) {
    return {Outcome::kRetry, reply.error().message, std::nullopt};
  }
  constexpr int kOk = 200;
  constexpr int kRedirects = 300;
  if (reply->status >= kOk && reply->status < kRedirects) {
    return {Outcome::kDelivered, fmt::format("status {}", reply->status), std::nullopt};
  }
  const std::string answer =
      fmt::format("unexpected status code {}: {}", reply->status, Excerpt(reply->body));
  if (!IsTemporary(reply->status)) {
    return {Outcome::kRefused, answer, std::nullopt};
  }
  return {Outcome::kRetry, answer, ParseRetryAfter(reply->GetHeader("Retry-After"), now)};
}

net::HttpClientOptions ReadHttpConfig(config::MapReader& map, const config::Node& global) {
  net::HttpClientOptions options;
  const std::optional<config::Node> own = map.Get("http_config");
  if (own && !own->is_null()) {
    config::MapReader reader(*own, map.diagnostics());
    net::ReadHttpClientOptions(reader, options);
    return options;
  }
  const std::optional<config::Node> shared = global.Find("http_config");
  if (shared && !shared->is_null()) {
    // Checked with the rest of `global:`, once and not for every receiver.
    config::Diagnostics reported_elsewhere;
    config::MapReader reader(*shared, reported_elsewhere);
    net::ReadHttpClientOptions(reader, options);
  }
  return options;
}

void CheckHttpConfig(const config::Node& node, config::Diagnostics& diagnostics) {
  config::MapReader map(node, diagnostics);
  net::HttpClientOptions checked;
  net::ReadHttpClientOptions(map, checked);
}

}  // namespace sidewatch::alerts
