#include "alerts/receivers/common/json_poster.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/http_delivery.h"

namespace sidewatch::alerts {
namespace {

constexpr std::uint64_t kMaxReply = 64UL * 1024;

/// What people write where no variable is put in.
std::string_view HintFor(std::string_view url) {
  if (url.starts_with("$")) {
    return " (environment variables are put in only under `notifications:` of sidewatch's own "
           "file)";
  }
  return url.starts_with("{{") ? " (it is no template)" : "";
}

/// A server that answers with the path it was asked for must not show the secret in it.
void HideUrl(std::string_view url, std::string& answer) {
  constexpr std::size_t kNoSecret = 8;
  const std::size_t host = url.find("://");
  const std::size_t begin = host == std::string_view::npos ? url.size() : url.find('/', host + 3);
  const std::string_view path = url.substr(std::min(begin, url.size()));
  if (path.size() <= kNoSecret) {
    return;
  }
  for (std::size_t at = answer.find(path); at != std::string::npos; at = answer.find(path, at)) {
    answer.replace(at, path.size(), "/<secret>");
    at += 9;
  }
}

}  // namespace

std::string WrongUrl(std::string_view url) {
  const std::size_t colon = url.find("://");
  const std::string_view scheme = url.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (scheme != "http" && scheme != "https") {
    return fmt::format("unsupported scheme \"{}\" for URL{}", scheme, HintFor(url));
  }
  const std::string_view rest = url.substr(colon + 3);
  return rest.empty() || rest.front() == '/' ? "missing host for URL" : "";
}

bool ReadUrl(config::MapReader& map,
             const std::string& key,
             config::SecretSource& out,
             UrlText text) {
  if (!map.ReadSecret(key, out)) {
    return false;
  }
  const auto given = map.node().Find(key);
  // Empty is a variable of the environment that is not set.
  const auto is_template = [&] {
    return text == UrlText::kMayBeTemplate && given->text().find("{{") != std::string::npos;
  };
  if (given && given->is_scalar() && !given->text().empty() && !is_template()) {
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

void RequireUrl(config::MapReader& map,
                const std::string& key,
                config::SecretSource& out,
                UrlText text) {
  ReadUrl(map, key, out, text);
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
  HideUrl(call.url, answer.delivery.answer);
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
