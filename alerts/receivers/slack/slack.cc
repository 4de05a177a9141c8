#include "alerts/receivers/slack/slack.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/slack/slack_config.h"
#include "alerts/receivers/slack/slack_message.h"

namespace sidewatch::alerts {
namespace {

constexpr std::uint64_t kMaxReply = 64UL * 1024;

/// Bots are answered 200 whatever happened; the body says how it went.
Delivery CheckBotReply(const std::string& body, Delivery delivery) {
  const auto reply = nlohmann::json::parse(body, nullptr, false);
  if (!reply.is_object() || !reply.contains("ok") || reply["ok"] != false) {
    return delivery;
  }
  const std::string error = reply.contains("error") && reply["error"].is_string()
                                ? reply["error"].get<std::string>()
                                : "unknown error";
  constexpr std::string_view kTemporary[] = {
      "fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"};
  const bool temporary = std::ranges::find(kTemporary, error) != std::end(kTemporary);
  delivery.outcome = temporary ? Delivery::Outcome::kRetry : Delivery::Outcome::kRefused;
  delivery.answer = fmt::format("Slack answered error \"{}\"", error);
  return delivery;
}

class SlackReceiver final : public Receiver {
 public:
  SlackReceiver(SlackConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), client_(deps_.http(config_.http)) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    net::HttpCall call;
    call.method = "POST";
    call.url = config_.app_url;
    if (config_.app_url.empty()) {
      const Result<Secret> url = config_.url.Load();
      if (!url) {
        // The file may be on its way: secrets are rotated.
        return {Delivery::Outcome::kRetry, url.error().message, std::nullopt};
      }
      call.url = url->Reveal();
    }
    call.headers = {{"Content-Type", "application/json"}};
    call.body = BuildSlackMessage(config_, deps_, notification);
    call.max_reply_bytes = kMaxReply;
    if (config_.timeout > Duration::zero()) {
      deadline = std::min(deadline, deps_.clock->Steady() + config_.timeout);
    }
    const Result<net::HttpReply> reply = client_->Send(call, deadline, stop);
    const Delivery delivery = ToDelivery(reply, deps_.clock->Now());
    return delivery.outcome == Delivery::Outcome::kDelivered ? CheckBotReply(reply->body, delivery)
                                                             : delivery;
  }

 private:
  const SlackConfig config_;
  const ReceiverDeps deps_;
  std::unique_ptr<net::HttpClient> client_;
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
