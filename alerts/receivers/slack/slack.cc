#include "alerts/receivers/slack/slack.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/slack/slack_config.h"
#include "alerts/receivers/slack/slack_message.h"

namespace sidewatch::alerts {
namespace {

/// Where the first message about a group stands.
struct Thread {
  std::string channel;  ///< Its id; names are not taken for changes.
  std::string ts;       ///< Names the message in its channel.
};

/// The text under `key`, or empty.
std::string TextAt(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string()
             ? json[key].get<std::string>()
             : "";
}

std::optional<Thread> ReadThread(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  Thread thread{TextAt(json, "channel"), TextAt(json, "ts")};
  return thread.channel.empty() || thread.ts.empty() ? std::nullopt : std::optional(thread);
}

/// What a bot was answered: always with status 200, whatever happened; the body says how it went.
struct BotAnswer {
  Delivery delivery;
  std::string error;  ///< Slack's word; empty: it went well.
  std::string body;
};

BotAnswer ReadBotAnswer(JsonPoster::Answer answer) {
  BotAnswer read{std::move(answer.delivery), "", std::move(answer.body)};
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

/// `https://slack.com/api/chat.update` beside `…/chat.postMessage`.
std::string UpdateUrl(const std::string& post_url) {
  return post_url.substr(0, post_url.rfind('/') + 1) + "chat.update";
}

class SlackReceiver final : public Receiver {
 public:
  SlackReceiver(SlackConfig config, ReceiverDeps deps)
      : config_(std::move(config)),
        deps_(std::move(deps)),
        poster_({config_.http, config_.timeout}, deps_) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    Json message = BuildSlackMessage(config_, deps_, notification);
    const auto call = [&](const std::string& url) {
      return ReadBotAnswer(poster_.Post(url, ToWire(message), deadline, stop));
    };
    if (config_.app_url.empty()) {
      // Answers of webhooks are read the same way: relays in between speak as the bots' API does.
      return ReadBotAnswer(poster_.Post(config_.url, ToWire(message), deadline, stop)).delivery;
    }
    const auto thread = follows_up() ? ReadThread(notification.receiver_data) : std::nullopt;
    return thread ? FollowUp(message, *thread, call) : PostFirst(call(config_.app_url));
  }

 private:
  bool follows_up() const { return config_.update_message || config_.post_updates_to_thread; }

  Delivery PostFirst(BotAnswer answer) const {
    const Json reply = Json::parse(answer.body, nullptr, false);
    if (follows_up() && answer.delivery.outcome == Delivery::Outcome::kDelivered) {
      const Json thread = {{"channel", TextAt(reply, "channel")}, {"ts", TextAt(reply, "ts")}};
      answer.delivery.receiver_data = ToWire(thread);
    }
    return answer.delivery;
  }

  template <typename Call>
  Delivery FollowUp(Json& message, const Thread& thread, const Call& call) const {
    const Json channel = message.contains("channel") ? message["channel"] : Json();
    Delivery delivery;
    message["channel"] = thread.channel;
    if (config_.update_message) {
      message["ts"] = thread.ts;
      BotAnswer answer = call(UpdateUrl(config_.app_url));
      message.erase("ts");
      constexpr std::string_view kLost[] = {
          "message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"};
      if (std::ranges::find(kLost, answer.error) != std::end(kLost)) {
        // Somebody deleted it: the news goes on with a message of its own.
        message["channel"] = channel;
        return PostFirst(call(config_.app_url));
      }
      delivery = std::move(answer.delivery);
      if (delivery.outcome != Delivery::Outcome::kDelivered) {
        return delivery;
      }
    }
    if (config_.post_updates_to_thread) {
      message["thread_ts"] = thread.ts;
      delivery = call(config_.app_url).delivery;
    }
    return delivery;
  }

  const SlackConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<SlackReceiver>(ReadSlackConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kSlackSpec = {
    .key = "slack_configs",
    .kind = "slack",
    .send_resolved_by_default = false,
    .check_global = &CheckSlackGlobal,
    .create = &Create,
};

}  // namespace sidewatch::alerts
