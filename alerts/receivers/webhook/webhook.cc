#include "alerts/receivers/webhook/webhook.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/template_text.h"
#include "alerts/template/json.h"
#include "alerts/template/notification_data.h"

namespace sidewatch::alerts {
namespace {

// Alertmanager sets none; this only bounds what one group may take.
constexpr std::size_t kMaxBody = 64UL * 1024 * 1024;

struct WebhookConfig {
  net::HttpClientOptions http;
  config::SecretSource url;
  JsonTemplate payload;  ///< Empty: Alertmanager's body.
};

WebhookConfig ReadConfig(config::MapReader& map,
                         const config::Node& global,
                         const ReceiverDeps& deps) {
  WebhookConfig config;
  config.http = ReadHttpConfig(map, global);
  RequireUrl(map, "url", config.url, UrlText::kMayBeTemplate);
  if (const auto payload = map.Get("payload"); payload && !payload->is_null()) {
    config.payload = JsonTemplate::Read(*payload, deps, map.diagnostics());
  }
  return config;
}

/// Version 4 of Alertmanager's body: what templates see, and three keys more.
Result<std::string> AlertmanagerBody(const Notification& notification,
                                     const ReceiverDeps& deps,
                                     std::size_t truncated) {
  SW_TRY_ASSIGN(std::string body,
                templates::ToJson(templates::MakeNotificationData(notification, deps.external_url),
                                  {.bytes = kMaxBody}));
  body.pop_back();
  return body + fmt::format(R"(,"version":"4","groupKey":{},"truncatedAlerts":{}}})",
                            ToWire(notification.group_key),
                            truncated);
}

class WebhookReceiver final : public Receiver {
 public:
  WebhookReceiver(WebhookConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), poster_(config_.http, deps_) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    const Result<Secret> url = config_.url.Load();
    if (!url) {
      return {Delivery::Outcome::kRetry, url.error().message, std::nullopt};
    }
    const auto target = TemplateText(url->Reveal()).Render(deps_, notification);
    if (!target) {
      return {Delivery::Outcome::kRefused, "url: " + target.error().message, std::nullopt};
    }
    if (const std::string wrong = WrongUrl(*target); !wrong.empty()) {
      return {Delivery::Outcome::kRefused, "url: " + wrong, std::nullopt};
    }
    Result<std::string> body = Body(notification);
    if (!body) {
      return {Delivery::Outcome::kRefused, body.error().message, std::nullopt};
    }
    return poster_.Post(*target, *std::move(body), deadline, stop).delivery;
  }

 private:
  Result<std::string> Body(const Notification& notification) const {
    const std::size_t left_out = notification.alerts.size() - MostShown(notification);
    return left_out == 0 ? Body(notification, 0)
                         : Body(FirstAlerts(notification, MostShown(notification)), left_out);
  }

  Result<std::string> Body(const Notification& shown, std::size_t truncated) const {
    if (config_.payload.empty()) {
      return AlertmanagerBody(shown, deps_, truncated);
    }
    SW_TRY_ASSIGN(const Json payload, config_.payload.Render(deps_, shown));
    return ToWire(payload);
  }

  const WebhookConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<WebhookReceiver>(ReadConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kWebhookSpec = {
    .key = "webhook_configs",
    .kind = "webhook",
    .send_resolved_by_default = true,
    .check_global = &CheckNothing,
    .create = &Create,
};

}  // namespace sidewatch::alerts
