#include "alerts/receivers/slack/slack.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "alerts/receivers/common/graph.h"
#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/slack/slack_config.h"
#include "alerts/receivers/slack/slack_message.h"
#include "alerts/receivers/slack/slack_pictures.h"
#include "alerts/receivers/slack/slack_reply.h"

namespace sidewatch::alerts {
namespace {

/// Where the first message about a group stands.
struct Thread {
  std::string channel;       ///< Its id; names are not taken for changes.
  std::string ts;            ///< Names the message in its channel.
  bool has_picture = false;  ///< A change keeps it unless told otherwise.
};

std::optional<Thread> ReadThread(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  Thread thread{TextAt(json, "channel"), TextAt(json, "ts")};
  thread.has_picture = json.is_object() && json.contains("picture");
  return thread.channel.empty() || thread.ts.empty() ? std::nullopt : std::optional(thread);
}

/// `https://slack.com/api/chat.update` beside `…/chat.postMessage`.
std::string UpdateUrl(const std::string& post_url) {
  return post_url.substr(0, post_url.rfind('/') + 1) + "chat.update";
}

/// A picture that was uploaded, as a block above the attachment.
Json ImageBlock(const std::string& file_id, const std::string& words) {
  return {{"type", "image"}, {"slack_file", {{"id", file_id}}}, {"alt_text", words}};
}

Json SectionBlock(const std::string& text) {
  return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}};
}

/// Somebody deleted the first message, or it can be neither changed nor answered any more: the news
/// goes on with a message of its own.
bool IsLost(const SlackReply& reply) {
  constexpr std::string_view kLost[] = {"message_not_found",
                                        "cant_update_message",
                                        "edit_window_closed",
                                        "channel_not_found",
                                        "thread_not_found",
                                        "invalid_thread_ts",
                                        "cannot_reply_to_message"};
  return std::ranges::find(kLost, reply.error) != std::end(kLost);
}

class SlackReceiver final : public Receiver {
 public:
  SlackReceiver(SlackConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), poster_(config_.http, deps_) {
    if (!config_.app_url.empty() && ShowsTrends(config_)) {
      pictures_.emplace(config_, deps_);
    }
  }

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    const Trends trends = ShowsTrends(config_) ? TrendsOf(notification, deps_) : Trends();
    Json message = BuildSlackMessage(config_, deps_, notification, trends);
    const auto post = [&](const auto& url) {
      return ReadSlackReply(poster_.Post(url, ToWire(message), deadline, stop));
    };
    if (config_.app_url.empty()) {
      return post(config_.url).delivery;
    }
    AddPicture(trends, deadline, stop, message);
    const auto call = [&](const std::string& url) {
      SlackReply reply = post(url);
      // A file that was just uploaded is not always known everywhere yet.
      if (reply.error == "invalid_blocks" && message.erase("blocks") > 0) {
        reply = post(url);
      }
      return reply;
    };
    const auto thread = follows_up() ? ReadThread(notification.receiver_data) : std::nullopt;
    return thread ? FollowUp(message, *thread, call) : PostFirst(message, call);
  }

 private:
  bool follows_up() const { return config_.update_message || config_.post_updates_to_thread; }

  /// The first alert's trend; the text has it in characters all the same.
  void AddPicture(const Trends& trends,
                  SteadyTime deadline,
                  const std::stop_token& stop,
                  Json& message) {
    const auto trend =
        std::ranges::find_if(trends, [](const auto& one) { return one.has_value(); });
    if (!pictures_ || trend == trends.end()) {
      return;
    }
    const std::string png = DrawGraph(**trend);
    const auto id = png.empty() ? std::nullopt : pictures_->Upload(png, deadline, stop);
    if (!id) {
      return;
    }
    Json blocks = Json::array();
    // Beside blocks, Slack shows the text of its own in notifications only.
    if (const std::string text = TextAt(message, "text"); !text.empty()) {
      blocks.push_back(SectionBlock(ShortenTo(text, kSlackSection)));
    }
    blocks.push_back(ImageBlock(*id, "Last hour: " + RangeOf(**trend)));
    message["blocks"] = std::move(blocks);
  }

  template <typename Call>
  Delivery PostFirst(const Json& message, const Call& call) const {
    SlackReply reply = call(config_.app_url);
    if (follows_up() && reply.delivery.outcome == Delivery::Outcome::kDelivered) {
      const Json body = Json::parse(reply.body, nullptr, false);
      Json thread = {{"channel", TextAt(body, "channel")}, {"ts", TextAt(body, "ts")}};
      if (message.contains("blocks")) {
        thread["picture"] = true;
      }
      reply.delivery.receiver_data = ToWire(thread);
    }
    return reply.delivery;
  }

  template <typename Call>
  Delivery FollowUp(Json& message, const Thread& thread, const Call& call) const {
    const Json channel = message.contains("channel") ? message["channel"] : Json();
    Delivery delivery;
    message["channel"] = thread.channel;
    if (config_.update_message) {
      message["ts"] = thread.ts;
      if (thread.has_picture && !message.contains("blocks")) {
        message["blocks"] = Json::array();
      }
      SlackReply reply = call(UpdateUrl(config_.app_url));
      message.erase("ts");
      if (IsLost(reply)) {
        message["channel"] = channel;
        return PostFirst(message, call);
      }
      delivery = std::move(reply.delivery);
      if (delivery.outcome != Delivery::Outcome::kDelivered) {
        return delivery;
      }
    }
    if (config_.post_updates_to_thread) {
      message["thread_ts"] = thread.ts;
      SlackReply reply = call(config_.app_url);
      if (IsLost(reply)) {
        message.erase("thread_ts");
        message["channel"] = channel;
        return PostFirst(message, call);
      }
      delivery = std::move(reply.delivery);
    }
    return delivery;
  }

  const SlackConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
  std::optional<SlackPictures> pictures_;  // Nothing: webhooks take none.
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
