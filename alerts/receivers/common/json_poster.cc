#include "alerts/receivers/common/json_poster.h"

#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/http_delivery.h"

namespace sidewatch::alerts {
namespace {

constexpr std::uint64_t kMaxReply = 64UL * 1024;

}  // namespace

std::string WrongUrl(std::string_view url) {
  if (url.find("{{") != std::string_view::npos) {
    return "";
  }
  const std::size_t colon = url.find("://");
  const std::string_view scheme = url.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (scheme != "http" && scheme != "https") {
    return fmt::format("unsupported scheme \"{}\" for URL", scheme);
  }
  const std::string_view rest = url.substr(colon + 3);
  return rest.empty() || rest.front() == '/' ? "missing host for URL" : "";
}

bool ReadUrl(config::MapReader& map, const std::string& key, config::SecretSource& out) {
  if (!map.ReadSecret(key, out)) {
    return false;
  }
  const auto given = map.node().Find(key);
  // Empty is a variable of the environment that is not set.
  if (given && given->is_scalar() && !given->text().empty()) {
    if (const std::string wrong = WrongUrl(given->text()); !wrong.empty()) {
      map.ErrorAt(key, wrong);
    }
  }
  return true;
}

bool HasSecret(const config::Node& map, const std::string& key) {
  const auto value = map.Find(key);
  const auto file = map.Find(key + "_file");
  return (value && !value->is_null()) || (file && !file->is_null());
}

void RequireUrl(config::MapReader& map, const std::string& key, config::SecretSource& out) {
  ReadUrl(map, key, out);
  if (!HasSecret(map.node(), key)) {
    map.Error(fmt::format("one of {0} or {0}_file must be configured", key));
  }
}

JsonPoster::JsonPoster(net::HttpClientOptions options, const ReceiverDeps& deps)
    : clock_(deps.clock), client_(deps.http(std::move(options))) {}

JsonPoster::Answer JsonPoster::Post(std::string url,
                                    std::string body,
                                    SteadyTime deadline,
                                    const std::stop_token& stop) {
  net::HttpCall call;
  call.method = "POST";
  call.url = std::move(url);
  call.headers = {{"Content-Type", "application/json"}};
  call.body = std::move(body);
  call.max_reply_bytes = kMaxReply;
  Result<net::HttpReply> reply = client_->Send(call, deadline, stop);
  Answer answer;
  answer.delivery = ToDelivery(reply, clock_->Now());
  if (reply) {
    answer.body = std::move(reply->body);
    answer.status = reply->status;
  }
  return answer;
}

JsonPoster::Answer JsonPoster::Post(const config::SecretSource& url,
                                    std::string body,
                                    SteadyTime deadline,
                                    const std::stop_token& stop) {
  const Result<Secret> secret = url.Load();
  if (!secret) {
    // The file may be on its way: secrets are rotated.
    return {{Delivery::Outcome::kRetry, secret.error().message, std::nullopt}, "", 0};
  }
  return Post(secret->Reveal(), std::move(body), deadline, stop);
}

void CheckNothing(config::MapReader& /*global*/) {}

}  // namespace sidewatch::alerts
