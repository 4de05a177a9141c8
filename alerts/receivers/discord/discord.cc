#include "alerts/receivers/discord/discord.h"

#include <memory>
#include <utility>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/summary.h"
#include "alerts/receivers/common/texts.h"

namespace sidewatch::alerts {
namespace {

constexpr int kRed = 0x992D22;
constexpr int kGreen = 0x2ECC71;

struct DiscordConfig {
  net::HttpClientOptions http;
  config::SecretSource url;
  TemplateText title{R"({{ template "discord.default.title" . }})"};
  TemplateText message{R"({{ template "discord.default.message" . }})"};
  TemplateText content;
  std::string username;
  std::string avatar_url;
};

DiscordConfig ReadConfig(config::MapReader& map,
                         const config::Node& global,
                         const ReceiverDeps& deps) {
  DiscordConfig config;
  config.http = ReadHttpConfig(map, global);
  RequireUrl(map, "webhook_url", config.url);
  ReadTemplate(map, "title", deps, config.title);
  ReadTemplate(map, "message", deps, config.message);
  ReadTemplate(map, "content", deps, config.content);
  map.Read("username", config.username);
  map.Read("avatar_url", config.avatar_url);
  return config;
}

std::string Message(const DiscordConfig& config,
                    const ReceiverDeps& deps,
                    const Notification& notification) {
  const std::string url = AlertsUrl(notification, deps);
  const std::string subject = Summarize(notification, deps).Subject();
  const FittedMessage fitted = FitAlerts(
      notification, kDiscordMessage, [&](const Notification& shown, std::size_t left_out) {
        Texts texts(deps, shown);
        std::string text = texts.Render(config.message, subject);
        return text + texts.failures() + MoreLine(left_out, url);
      });
  return ShortenTo(fitted.text, kDiscordMessage);
}

std::string Body(const DiscordConfig& config,
                 const ReceiverDeps& deps,
                 const Notification& notification) {
  Texts texts(deps, notification);
  const std::string subject = Summarize(notification, deps).Subject();
  Json embed = Json::object();
  std::string title = texts.Render(config.title, subject);
  title.insert(0, TestMark(notification, title));
  embed["title"] = ShortenTo(title, kDiscordTitle);
  embed["description"] = Message(config, deps, notification);
  embed["color"] = notification.firing() ? kRed : kGreen;
  Json body = Json::object();
  body["content"] = ShortenTo(texts.Render(config.content) + texts.failures(), kDiscordContent);
  body["embeds"] = Json::array({std::move(embed)});
  if (!config.username.empty()) {
    body["username"] = config.username;
  }
  if (!config.avatar_url.empty()) {
    body["avatar_url"] = config.avatar_url;
  }
  return ToWire(body);
}

class DiscordReceiver final : public Receiver {
 public:
  DiscordReceiver(DiscordConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), poster_(config_.http, deps_) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    return poster_.Post(config_.url, Body(config_, deps_, notification), deadline, stop).delivery;
  }

 private:
  const DiscordConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<DiscordReceiver>(ReadConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kDiscordSpec = {
    .key = "discord_configs",
    .kind = "discord",
    .send_resolved_by_default = true,
    .check_global = &CheckNothing,
    .create = &Create,
};

}  // namespace sidewatch::alerts
