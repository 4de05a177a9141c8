#include "alerts/receivers/slack/slack_reply.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {

std::string TextAt(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string()
             ? json[key].get<std::string>()
             : "";
}

SlackReply ReadSlackReply(JsonPoster::Answer answer) {
  SlackReply read{std::move(answer.delivery), "", std::move(answer.body)};
  const Json reply = Json::parse(read.body, nullptr, false);
  const bool failed = reply.is_object() && reply.contains("ok") && reply["ok"] == false;
  if (read.delivery.outcome != Delivery::Outcome::kDelivered || !failed) {
    return read;
  }
  constexpr std::string_view kTemporary[] = {
      "fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"};
  const std::string error = TextAt(reply, "error");
  read.error = error.empty() ? "unknown error" : error;
  const bool temporary = std::ranges::find(kTemporary, read.error) != std::end(kTemporary);
  read.delivery.outcome = temporary ? Delivery::Outcome::kRetry : Delivery::Outcome::kRefused;
  read.delivery.answer = fmt::format("Slack answered error \"{}\"", read.error);
  return read;
}

}  // namespace sidewatch::alerts
