#include "alerts/receivers/slack/slack_pictures.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/slack/slack_reply.h"

namespace sidewatch::alerts {
namespace {

// The message must not wait long for its picture.
constexpr Duration kPatience = std::chrono::seconds(5);
constexpr std::uint64_t kMaxReply = 64 * 1024;
constexpr std::string_view kName = "last-hour.png";

net::HttpClientOptions WithoutToken(net::HttpClientOptions options) {
  options.username.clear();
  options.password = {};
  options.authorization = {};
  return options;
}

net::HttpCall PostOf(std::string url, const char* content_type, std::string body) {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", content_type}},
          .body = std::move(body),
          .max_reply_bytes = kMaxReply};
}

/// The body of a reply of status 200.
std::optional<std::string> Call(net::HttpClient& client,
                                const net::HttpCall& call,
                                SteadyTime deadline,
                                const std::stop_token& stop) {
  Result<net::HttpReply> reply = client.Send(call, deadline, stop);
  if (!reply || reply->status != 200) {
    return std::nullopt;
  }
  return std::move(reply->body);
}

}  // namespace

SlackPictures::SlackPictures(const SlackConfig& config, const ReceiverDeps& deps)
    : clock_(deps.clock),
      api_url_(config.app_url.substr(0, config.app_url.rfind('/') + 1)),
      bot_(deps.http(config.http)),
      nobody_(deps.http(WithoutToken(config.http))) {}

std::optional<std::string> SlackPictures::Upload(const std::string& png,
                                                 SteadyTime deadline,
                                                 const std::stop_token& stop) {
  if (refused_) {
    return std::nullopt;
  }
  deadline = std::min(deadline, clock_->Steady() + kPatience);
  const auto place = Call(*bot_,
                          PostOf(api_url_ + "files.getUploadURLExternal",
                                 "application/x-www-form-urlencoded",
                                 fmt::format("filename={}&length={}", kName, png.size())),
                          deadline,
                          stop);
  if (!place) {
    return std::nullopt;
  }
  const Json reply = Json::parse(*place, nullptr, false);
  const std::string url = TextAt(reply, "upload_url");
  const std::string id = TextAt(reply, "file_id");
  if (url.empty() || id.empty()) {
    constexpr std::string_view kNoRight[] = {
        "missing_scope", "not_allowed_token_type", "unknown_method"};
    refused_ = std::ranges::find(kNoRight, TextAt(reply, "error")) != std::end(kNoRight);
    return std::nullopt;
  }
  if (!Call(*nobody_, PostOf(url, "application/octet-stream", png), deadline, stop)) {
    return std::nullopt;
  }
  const Json complete = {{"files", Json::array({{{"id", id}, {"title", kName}}})}};
  const auto done =
      Call(*bot_,
           PostOf(api_url_ + "files.completeUploadExternal", "application/json", ToWire(complete)),
           deadline,
           stop);
  const Json answer = done ? Json::parse(*done, nullptr, false) : Json();
  return answer.is_object() && answer.value("ok", false) ? std::optional(id) : std::nullopt;
}

}  // namespace sidewatch::alerts
